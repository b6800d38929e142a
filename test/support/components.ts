import type * as pulumi from "@pulumi/pulumi";
import type { ContainerSettings } from "../../components/container-needs";
import type { KalisiContainerArgs } from "../../components/kalisi-container";
import { port, seconds } from "../../config/settings/units";
import { recordAnew } from "./record-anew";
import type { Registered } from "./recorder";

export type Components = Awaited<ReturnType<typeof loadComponents>>;

/**
 * Gives the tests of a mode the components, in a module registry of their own, and what each test registers.
 *
 * @param preview as of `recordResources`
 * @returns what is there once the first test begins
 */
export function useComponents(preview: boolean): Components {
  const all = {} as Components;
  beforeAll(async () => {
    Object.assign(all, await loadComponents(preview));
  });
  beforeEach(() => {
    all.registered.length = 0;
  });
  return all;
}

async function loadComponents(preview: boolean) {
  const recorded = await recordAnew(preview);
  return {
    ...recorded,
    ...(await import("../../components/build-network")),
    ...(await import("../../components/health-gate")),
    ...(await import("../../components/kalisi-container")),
    ...(await import("../../components/kalisi-image")),
    ...(await import("../../components/kalisi-network")),
    ...(await import("../../components/kalisi-pod")),
    ...(await import("../../components/kalisi-volumes")),
    ...(await import("../../components/neo4j-config")),
    ...(await import("../../components/ports")),
    ...(await import("../../components/ssh-keys")),
    /** Waits until all is registered that was declared. */
    async settle(...outputs: readonly pulumi.Output<unknown>[]) {
      await Promise.all(outputs.map((output) => recorded.valueOf(output)));
      await recorded.runtime.disconnect();
    },
  };
}

export const volumeNames = { workspace: "w", neo4j: "n", redis: "r", home: "h" };

/** Declares a container whose settings are all right. */
export function declareContainer(
  all: Components,
  settings: Partial<ContainerSettings> = {},
  options: Partial<KalisiContainerArgs> = {},
) {
  const volumes = new all.KalisiVolumes("volumes", { names: volumeNames });
  return new all.KalisiContainer("container", {
    containerName: "kalisi",
    image: "sha256:0123",
    network: "network-id",
    ports: [all.loopbackPort(port(8443), port(18443)), all.loopbackPort(port(22), port(12222))],
    volumes: volumes.mounts,
    mounts: [{ type: "bind", source: "/a b/.env", target: "/workspace/runtime/.env" }],
    digests: { "neo4j.conf": "d1", env: "d2" },
    settings: {
      autoStart: false,
      timeouts: { healthySeconds: seconds(300), stopSeconds: seconds(90) },
      ...settings,
    },
    ...options,
  });
}

/** The resources of a type. */
export function byType(registered: readonly Registered[], type: string) {
  return registered.filter((resource) => resource.type === type);
}
