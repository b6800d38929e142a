import type Docker from "dockerode";
import { removeUnused, usersOfImages } from "./former-images";
import { forgetImages, readImages } from "./image-record";

export interface PrunedImage {
  readonly id: string;
  readonly stack: string;
  /** Why it was kept; unset where it was removed. */
  readonly kept?: string;
}

/**
 * Removes the images that stacks have built on an Engine, but those that are up.
 *
 * @param engine the Engine's own id
 * @param up of each stack that is up, by its name, its image's id; one that is down has the tag of its last image
 * removed as well
 * @param chosen the images that settings name, as after a rollback
 */
export async function pruneImages(
  root: string,
  docker: Docker,
  engine: string,
  stacks: readonly string[],
  up: ReadonlyMap<string, string | undefined>,
  chosen: readonly string[],
): Promise<readonly PrunedImage[]> {
  const users = await usersOfImages(docker);
  const present = [...up.values(), ...chosen];
  const pruned: PrunedImage[] = [];
  for (const stack of stacks) {
    const former = readImages(root, stack).filter(
      (image) => image.engine === engine && !present.includes(image.id),
    );
    for (const image of former) {
      const removal = await removeUnused(docker, image, users, !up.has(stack));
      if (typeof removal === "string") forgetImages(root, stack, [image]);
      if (removal !== "gone") {
        pruned.push({ id: image.id, stack, ...(removal === "removed" ? {} : removal) });
      }
    }
  }
  return pruned;
}

/** How many images without a name Kalisi's Dockerfile has made, of which nothing shows that they are this clone's. */
export async function countOthers(docker: Docker): Promise<number> {
  const filters = { dangling: ["true"], label: [imageLabel] };
  return (await docker.listImages({ filters })).length;
}

/** As docker/Dockerfile sets it. */
export const imageLabel = "kalisi.source";
