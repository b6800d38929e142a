import { setTimeout } from "node:timers/promises";
import type { VolumeInspectInfo } from "dockerode";
import type { ResourceType } from "../resource";
import { difference, refreshed, refusals, type Table } from "../table";
import { objects, stringMap, text, type Props } from "../values";
import { engineMessage, isNotFound } from "../../../config/engine/message";
import { docker, engineError } from "./client";
import { labelMap, schemaVersion } from "./common";

const removeTimeoutMilliseconds = 30_000;

/** The volume inputs that this stack uses. */
export const volumeTable: Table = {
  name: { replace: true },
  driver: { replace: true, keep: true },
  driverOpts: { replace: true, map: true },
  labels: { replace: true, unordered: true, fields: { label: "", value: "" } },
};

function live(volume: VolumeInspectInfo): Props {
  return {
    name: volume.Name,
    driver: volume.Driver,
    driverOpts: volume.Options ?? {},
    labels: Object.entries((volume.Labels as Record<string, string> | null) ?? {}).map(
      ([label, value]) => ({ label, value }),
    ),
    mountpoint: volume.Mountpoint,
    ...schemaVersion(1),
  };
}

async function inspect(name: string): Promise<VolumeInspectInfo | undefined> {
  try {
    return await docker().getVolume(name).inspect();
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw engineError("Unable to inspect volume", error);
  }
}

/** A volume. One of its name that is there is adopted as it is. */
export const volume: ResourceType = {
  check(news) {
    const unnamed = { property: "name", reason: "a volume needs a name: made-up names lose data" };
    const failures = refusals("Volume", volumeTable, news);
    return {
      inputs: news,
      failures: news["name"] === undefined ? [...failures, unnamed] : failures,
    };
  },

  diff: (_oldInputs, state, news) => difference(volumeTable, state, news),

  async create(inputs, { preview }) {
    if (preview) {
      return { id: "", state: inputs };
    }
    const name = text(inputs["name"]) ?? "";
    try {
      // The Engine returns a volume that is already there as it is: that is how a kept one is adopted.
      await docker().createVolume({
        Name: name,
        Driver: text(inputs["driver"]) ?? "local",
        DriverOpts: stringMap(inputs["driverOpts"]),
        Labels: labelMap(objects(inputs["labels"])),
      });
    } catch (error) {
      throw engineError("Unable to create volume", error);
    }
    const created = await inspect(name);
    if (created === undefined) {
      throw new Error(`volume ${name} vanished while it was created`);
    }
    return { id: name, state: live(created) };
  },

  async read(id, inputs) {
    const found = await inspect(id);
    if (found === undefined) {
      return undefined;
    }
    const state = live(found);
    const recorded = Object.keys(inputs).length > 0 ? inputs : { name: id };
    return { inputs: refreshed(volumeTable, recorded, state), state };
  },

  update: (_id, state, inputs) => ({ ...state, ...inputs }),

  async delete(id) {
    const deadline = Date.now() + removeTimeoutMilliseconds;
    for (;;) {
      try {
        await docker().getVolume(id).remove({ force: true });
        return;
      } catch (error) {
        const inUse = engineMessage(error).includes("volume is in use");
        if (!inUse || Date.now() > deadline) {
          throw engineError(`Unable to remove volume ${id}`, error);
        }
        await setTimeout(2000);
      }
    }
  },
};
