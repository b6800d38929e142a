import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { goDuration } from "../config/duration";
import { spellProcessors } from "../config/processors";
import { containerNeeds, type ContainerSettings } from "./container-needs";
import { toLabels } from "./labels";
import type { ReadOnlyMount, VolumeMount } from "./mounts";
import { sortPorts, type LoopbackPort } from "./ports";

export interface KalisiContainerArgs {
  readonly containerName: string;
  /** Labels that name its owner, by their names. @default none */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** The image's id or repository digest, never its tag. */
  readonly image: pulumi.Input<string>;
  /** The id of the network that it is on. */
  readonly network: pulumi.Input<string>;
  /** @example [loopbackPort(port(8443), port(8443))] */
  readonly ports: readonly LoopbackPort[];
  readonly volumes: readonly VolumeMount[];
  /** What it has of this machine's files. */
  readonly mounts: readonly ReadOnlyMount[];
  /** Digests of those files by name: a change of any replaces the container. */
  readonly digests: Readonly<Record<string, string>>;
  /** Further environment variables by their names. @default none */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  readonly settings: ContainerSettings;
}

/** The container that everything runs in. */
export class KalisiContainer extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:KalisiContainer";

  readonly containerId: pulumi.Output<string>;
  readonly containerName: pulumi.Output<string>;

  constructor(name: string, args: KalisiContainerArgs, opts?: pulumi.ComponentResourceOptions) {
    super(KalisiContainer.type, name, {}, opts);

    const ports = sortPorts(args.ports);
    const inside = ports.map(({ internal }) => Number(internal));
    const needs = containerNeeds(args.settings, args.environment ?? {}, inside);
    const { memory, cpus, health } = needs;
    const container = new docker.Container(
      `${name}-run`,
      {
        name: args.containerName,
        image: args.image,
        restart: "unless-stopped",
        // As the Engine's answer is compared with it.
        envs: Object.entries(needs.environment)
          .map((variable) => variable.join("="))
          .sort(),
        // By `networksAdvanced` the provider would put it on the default network first.
        networkMode: args.network,
        ports,
        volumes: args.volumes.map((mount) => ({ ...mount })),
        // In `volumes`, the Engine would make an empty folder of a file that is gone.
        mounts: args.mounts.map((mount) => ({ ...mount, readOnly: true })),
        // A core dump would hold the secrets that a process has in its memory.
        ulimits: [{ name: "core", soft: 0, hard: 0 }],
        labels: toLabels(
          args.labels,
          Object.fromEntries(
            Object.entries(args.digests).map(([file, value]) => [`kalisi.digest.${file}`, value]),
          ),
        ),
        capabilities: {
          drops: ["ALL"],
          adds: [...needs.capabilities],
        },
        ...(needs.mayGainPrivileges ? {} : { securityOpts: ["no-new-privileges:true"] }),
        // With swap unset the Engine would allow as much again.
        ...(memory === undefined ? {} : { memory, memorySwap: memory }),
        ...(cpus === undefined ? {} : { cpus: spellProcessors(cpus) }),
        healthcheck: {
          tests: ["CMD", ...health.command],
          interval: goDuration(health.everySeconds),
          timeout: goDuration(health.timeoutSeconds),
          startPeriod: goDuration(needs.healthySeconds),
          retries: 3,
        },
        // Bounded, so that a chatty service cannot fill the disk.
        logDriver: "json-file",
        logOpts: { "max-size": "10m", "max-file": "3" },
        // The gate after this resource waits, and reports what is wrong: `wait` cannot.
        wait: false,
        stopSignal: "SIGTERM",
        stopTimeout: needs.stopSeconds,
        // Unset, the provider kills the container, and Neo4j and Redis with it, without a stop.
        destroyGraceSeconds: needs.stopSeconds,
      },
      {
        parent: this,
        // The name and the ports can be held by one container only.
        deleteBeforeReplace: true,
        // The provider would write the first four to the state alone; the shares of the memory that the
        // processes have taken stay as they are, and a limit that is taken away would not go.
        replaceOnChanges: ["mounts", "healthcheck", "tmpfs", "init", "memory", "memorySwap"],
      },
    );

    this.containerId = container.id;
    this.containerName = container.name;
    this.registerOutputs({ containerId: this.containerId, containerName: this.containerName });
  }
}
