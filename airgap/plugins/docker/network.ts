import type { NetworkInspectInfo } from "dockerode";
import type { ResourceType } from "../resource";
import { difference, refreshed, refusals, type Table } from "../table";
import { objects, stringMap, text, type Props } from "../values";
import { isNotFound } from "../../../config/engine/message";
import { docker, engineError } from "./client";
import { labelMap, schemaVersion } from "./common";

/** The network inputs that this stack uses: resource_docker_network.go of the Terraform provider. */
export const networkTable: Table = {
  name: { replace: true },
  driver: { replace: true, keep: true },
  options: { replace: true, keep: true, map: true },
  labels: { replace: true, unordered: true, fields: { label: "", value: "" } },
  ipamConfigs: { replace: true, whole: true, keep: true, unordered: true, fields: { subnet: "" } },
};

function live(network: NetworkInspectInfo): Props {
  return {
    name: network.Name,
    driver: network.Driver,
    options: network.Options ?? {},
    labels: Object.entries(network.Labels ?? {}).map(([label, value]) => ({ label, value })),
    ipamConfigs: (network.IPAM?.Config ?? []).map(({ Subnet, Gateway }) => ({
      subnet: Subnet ?? "",
      gateway: Gateway ?? "",
    })),
    internal: network.Internal,
    scope: network.Scope,
    ...schemaVersion(1),
  };
}

async function inspect(id: string): Promise<NetworkInspectInfo | undefined> {
  try {
    return await docker().getNetwork(id).inspect();
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw engineError("Unable to inspect network", error);
  }
}

/** A network. Every change makes another one. */
export const network: ResourceType = {
  check(news) {
    const unnamed = { property: "name", reason: 'a network needs "name"' };
    const failures = refusals("Network", networkTable, news);
    return {
      inputs: news,
      failures: news["name"] === undefined ? [...failures, unnamed] : failures,
    };
  },

  diff: (_oldInputs, state, news) => difference(networkTable, state, news),

  async create(inputs, { preview }) {
    if (preview) {
      return { id: "", state: inputs };
    }
    const ranges = objects(inputs["ipamConfigs"]);
    try {
      const { id } = await docker().createNetwork({
        Name: text(inputs["name"]) ?? "",
        Driver: text(inputs["driver"]) ?? "bridge",
        Options: stringMap(inputs["options"]),
        Labels: labelMap(objects(inputs["labels"])),
        ...(ranges.length === 0
          ? {}
          : { IPAM: { Config: ranges.map(({ subnet }) => ({ Subnet: text(subnet) ?? "" })) } }),
      });
      const created = await inspect(id);
      if (created === undefined) {
        throw new Error(`network ${id} vanished while it was created`);
      }
      return { id, state: live(created) };
    } catch (error) {
      throw engineError("Unable to create network", error);
    }
  },

  async read(id, inputs) {
    const found = await inspect(id);
    if (found === undefined) {
      return undefined;
    }
    const state = live(found);
    const recorded = Object.keys(inputs).length > 0 ? inputs : { name: state["name"] ?? id };
    return { inputs: refreshed(networkTable, recorded, state), state };
  },

  update: (_id, state, inputs) => ({ ...state, ...inputs }),

  async delete(id) {
    try {
      await docker().getNetwork(id).remove();
    } catch (error) {
      if (!isNotFound(error)) {
        throw engineError("Unable to remove network", error);
      }
    }
  },
};
