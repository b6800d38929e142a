import type Docker from "dockerode";
import { ConfigError } from "../config/errors";
import { imageId } from "../config/engine/deployed";
import { engineMessage } from "../config/engine/message";
import { credentialsForImage, registryOf } from "../config/engine/registry-credentials";
import { follow } from "../config/engine/progress";
import { UserError } from "./user-error";

/**
 * Pulls an image though it is there, as `docker pull` does: with the Docker client's credentials. The provider
 * never pulls what it finds here; the next `up` finds that the name now means another image.
 */
export async function pullAnew(docker: Docker, image: string): Promise<void> {
  if (imageId.test(image)) {
    throw new UserError(
      "KALISI-IMAGE-ID",
      `npm start: nothing was built: kalisi:image.pull names an image by its id, as npm run rollback does, and no registry has that.\nTo build from the sources: npm run rollback -- --undo, or: npm run pulumi -- config rm --path kalisi:image.pull`,
    );
  }
  // Without a tag the Engine would pull every one that the registry has.
  const name = /[:@][^/]*$/.test(image) ? image : `${image}:latest`;
  try {
    const authconfig = await credentialsForImage(name, process.env);
    const output = await docker.pull(name, authconfig === undefined ? {} : { authconfig });
    await follow(output, (line) => {
      if (!/: (Downloading|Extracting)$/.test(line)) console.log(line);
    });
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new UserError(
      "KALISI-IMAGE-PULL",
      `npm start: ${name} cannot be pulled: ${engineMessage(error)}\nWhere its registry needs that: docker login ${registryOf(name) ?? ""}`,
    );
  }
}
