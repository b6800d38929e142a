import type Docker from "dockerode";
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
