import type { ImageInspectInfo } from "dockerode";
import type { Context } from "../resource";
import { engineMessage, isNotFound } from "../../../config/engine/message";
import { docker } from "./client";
import { follow } from "../../../config/engine/progress";

/** The local image of a name or id, if any. */
export async function findImage(image: string): Promise<ImageInspectInfo | undefined> {
  try {
    return await docker().getImage(image).inspect();
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}

/** Pulls an image by its name, without credentials, as the official plugin does where its provider is given none. */
export async function pullImage(image: string, context: Context): Promise<void> {
  // Without a tag the Engine would pull every one that the registry has.
  const name = /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
  const progress = await docker().pull(name, { abortSignal: context.signal });
  await follow(progress, (line) => {
    context.status(line);
  });
}

/**
 * An image that is not here is pulled, unless it is named by the id of a local build.
 *
 * @throws with the reason why the container cannot be created
 */
export async function ensureImage(image: string, context: Context): Promise<void> {
  if ((await findImage(image)) !== undefined) {
    return;
  }
  const fail = (reason: string) =>
    new Error(`Unable to create container with image ${image}: ${reason}`);
  if (image.startsWith("sha256:")) {
    throw fail("no such image here, and a locally built one cannot be pulled: build it again");
  }
  try {
    await pullImage(image, context);
  } catch (error) {
    throw fail(engineMessage(error));
  }
}
