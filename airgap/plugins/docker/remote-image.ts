import type { ImageInspectInfo } from "dockerode";
import type { ResourceType } from "../resource";
import { difference, refusals, type Table } from "../table";
import { text, type Props } from "../values";
import { engineMessage } from "../../../config/engine/message";
import { schemaVersion } from "./common";
import { findImage, pullImage } from "./pull";
import { withoutTag } from "./push";

/** The inputs of a pulled image that this stack uses. */
export const remoteImageTable: Table = {
  name: { replace: true },
  keepLocally: {},
};

function stateOf(inputs: Props, image: ImageInspectInfo): Props {
  const name = text(inputs["name"]) ?? "";
  const digests = image.RepoDigests as string[] | null;
  return {
    ...inputs,
    imageId: image.Id,
    repoDigest: digests?.find((digest) => digest.startsWith(`${withoutTag(name)}@`)) ?? "",
    ...schemaVersion(0),
  };
}

/** An image that is pulled where it is not there; one that is there is taken as it is. */
export const remoteImage: ResourceType = {
  check(news) {
    const removed = {
      property: "keepLocally",
      reason: "the stand-in for the official docker plugin removes no image: set it to true",
    };
    const failures = refusals("RemoteImage", remoteImageTable, news);
    return {
      inputs: news,
      failures: news["keepLocally"] === true ? failures : [...failures, removed],
    };
  },

  diff: (_oldInputs, state, news) => difference(remoteImageTable, state, news),

  async create(inputs, context) {
    if (context.preview) {
      return { id: "", state: inputs };
    }
    const name = text(inputs["name"]) ?? "";
    const failed = (error: unknown) =>
      new Error(
        `Unable to read Docker image into resource: unable to pull image ${name}: ${engineMessage(error)}`,
        { cause: error },
      );
    try {
      if ((await findImage(name)) === undefined) {
        await pullImage(name, context);
      }
      const image = await findImage(name);
      if (image === undefined) {
        throw new Error("it was pulled but is not there");
      }
      return { id: `${image.Id}${name}`, state: stateOf(inputs, image) };
    } catch (error) {
      throw failed(error);
    }
  },

  async read(_id, inputs, state) {
    const image = await findImage(text(state["name"]) ?? "");
    return image === undefined
      ? undefined
      : { inputs, state: { ...state, ...stateOf(inputs, image) } };
  },

  update: (_id, state, inputs) => ({ ...state, ...inputs }),

  delete() {
    // keepLocally: the image stays.
  },
};
