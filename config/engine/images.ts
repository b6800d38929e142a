import type Docker from "dockerode";
import type { Problem } from "../errors";
import { imageId } from "./deployed";
import { isNotFound } from "./message";

/**
 * Whether the Engine has an image of this name or id.
 *
 * @throws with the Engine's reason where it does not answer that
 */
export async function hasImage(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getImage(name).inspect();
    return true;
  } catch (error) {
    if (isNotFound(error)) {
      return false;
    }
    throw error;
  }
}

/** Refuses an image that is not there and is named by its id: an image that a registry has by that name is another one. */
export function refuseGone(name: string): Problem | undefined {
  return imageId.test(name)
    ? {
        code: "KALISI-IMAGE-GONE",
        setting: "kalisi:image.pull",
        value: name,
        problem: "the Docker Engine has no image of this id, and an id cannot be pulled",
        fix: "npm run rollback -- --undo, or: pulumi config rm --path 'kalisi:image.pull'",
      }
    : undefined;
}
