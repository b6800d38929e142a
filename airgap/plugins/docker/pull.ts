import type { Context } from "../resource";
import { docker, engineMessage, statusCode } from "./client";

async function exists(image: string): Promise<boolean> {
  try {
    await docker().getImage(image).inspect();
    return true;
  } catch (error) {
    if (statusCode(error) === 404) return false;
    throw error;
  }
}

/** An image that is not here is pulled, unless it is named by the id of a local build. */
export async function ensureImage(image: string, context: Context): Promise<void> {
  if (await exists(image)) return;
  const fail = (reason: string) =>
    new Error(`Unable to create container with image ${image}: ${reason}`);
  if (image.startsWith("sha256:")) {
    throw fail("no such image here, and a locally built one cannot be pulled: build it again");
  }
  try {
    const progress = await docker().pull(image);
    await new Promise<void>((resolve, reject) => {
      docker().modem.followProgress(
        progress,
        (error) => {
          if (error) reject(error);
          else resolve();
        },
        (event: { status?: string }) => {
          context.status(event.status ?? "");
        },
      );
    });
  } catch (error) {
    throw fail(engineMessage(error));
  }
}
