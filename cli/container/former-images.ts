import type Docker from "dockerode";
import type { Deployed } from "../../config/engine/deployed";
import { engineMessage, isNotFound } from "../../config/engine/message";
import { identifyEngine } from "../../config/engine/volume-owner";
import {
  forgetImages,
  readImages,
  recordImage,
  stacksWithImages,
  type RecordedImage,
} from "./image-record";

/** How many images of a stack stay, with the present one: what a rollback goes back to without a build. */
export const keptImages = 3;

/** What has become of an image that is to go: `gone` was removed by somebody else before. */
export type Removal = "removed" | "gone" | { readonly kept: string };

/** Records the image that a stack's state has, whoever has built it: plain Pulumi, or a start that failed since. */
export async function recordBuilt(
  root: string,
  docker: Docker,
  stack: string,
  { image }: Pick<Deployed, "image">,
): Promise<void> {
  if (image !== undefined) {
    const { id: engine } = await identifyEngine(docker);
    recordImage(root, stack, { id: image.id, engine, names: [...image.names] });
  }
}

/**
 * Removes the images of a stack that are older than its last {@link keptImages}.
 *
 * @param lastHealthy the ids of those that stay nevertheless
 * @returns how many were removed
 */
export async function removeOlder(
  root: string,
  docker: Docker,
  stack: string,
  lastHealthy: readonly string[],
): Promise<number> {
  const { id: engine } = await identifyEngine(docker);
  const ofEngine = (name: string) =>
    readImages(root, name).filter((image) => image.engine === engine);
  const last = stacksWithImages(root).flatMap((name) => ofEngine(name).slice(0, keptImages));
  const lasting = [...last.map(({ id }) => id), ...lastHealthy];
  const older = ofEngine(stack).filter(({ id }) => !lasting.includes(id));
  const users = older.length === 0 ? new Map<string, string>() : await usersOfImages(docker);
  const gone: RecordedImage[] = [];
  let removed = 0;
  try {
    for (const image of older) {
      const removal = await removeUnused(docker, image, users);
      if (typeof removal === "string") gone.push(image);
      if (removal === "removed") removed++;
    }
  } finally {
    forgetImages(root, stack, gone);
  }
  return removed;
}

/** The images that containers have, running or not, by their ids; each with the name of one of these. */
export async function usersOfImages(docker: Docker): Promise<ReadonlyMap<string, string>> {
  const containers = await docker.listContainers({ all: true });
  return new Map(
    containers.map(({ ImageID, Names, Id }) => [
      ImageID,
      Names[0]?.replace(/^\//, "") ?? Id.slice(0, 12),
    ]),
  );
}

/**
 * Removes an image, unless a container has it or somebody else has given it a name.
 *
 * @param users see {@link usersOfImages}
 * @param untag whether to remove one that has the stack's own tag yet
 */
export async function removeUnused(
  docker: Docker,
  { id, names }: RecordedImage,
  users: ReadonlyMap<string, string>,
  untag = false,
): Promise<Removal> {
  const found = await inspectImage(docker, id);
  if (found === undefined) {
    return "gone";
  }
  const tags = realNames(found.RepoTags);
  const foreign =
    tags.find((tag) => !(untag && names.includes(tag))) ??
    // A digest alone is a name as well: so is an image kept that was pulled by it.
    realNames(found.RepoDigests).find(
      (digest) => !names.map(repositoryOf).includes(repositoryOf(digest)),
    );
  if (foreign !== undefined) {
    return { kept: `it is called ${foreign}` };
  }
  const user = users.get(id);
  if (user !== undefined) {
    return { kept: `the container ${user} uses it` };
  }
  try {
    // Of what has one name, the image goes with the name.
    for (const name of tags.length === 0 ? [id] : tags) {
      // What it was made from may be somebody else's.
      await docker.getImage(name).remove({ noprune: true });
    }
    return "removed";
  } catch (error) {
    if (isNotFound(error)) return "gone";
    // A container that was made meanwhile, or another image that was made from it.
    if ((error as { readonly statusCode?: number }).statusCode === 409) {
      return { kept: engineMessage(error) };
    }
    throw error;
  }
}

async function inspectImage(docker: Docker, id: string) {
  try {
    // The Engine leaves either out where there is none.
    return (await docker.getImage(id).inspect()) as {
      readonly RepoTags?: readonly string[] | null;
      readonly RepoDigests?: readonly string[] | null;
    };
  } catch (error) {
    if (isNotFound(error)) return undefined;
    throw error;
  }
}

function realNames(names: readonly string[] | null | undefined): readonly string[] {
  return (names ?? []).filter((name) => !name.startsWith("<none>"));
}

/** A name without its tag or digest. */
function repositoryOf(name: string): string {
  return name.replace(/@.*$/, "").replace(/:[^/:]*$/, "");
}
