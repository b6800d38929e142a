import { Document } from "yaml";
import { z } from "zod";
import { stackLabel, cloneLabel } from "../../config/engine/stack-owner";
import type { StateResource } from "../../config/engine/state-file";
import {
  commandType,
  containerType,
  imageType,
  networkType,
  remoteImageType,
} from "../../config/resource-types";

/** What every file of ours begins with. */
export const composeMark = "# Made by npm run export-compose";

const texts = z.array(z.string()).default([]);
const labels = z.array(z.object({ label: z.string(), value: z.string() })).default([]);

/** As components/kalisi-container.ts declares it. */
const containerInputs = z.object({
  name: z.string(),
  image: z.string(),
  restart: z.string(),
  envs: texts,
  labels,
  ports: z
    .array(z.object({ internal: z.number(), external: z.number(), ip: z.string() }))
    .default([]),
  volumes: z.array(z.object({ volumeName: z.string(), containerPath: z.string() })).default([]),
  mounts: z.array(z.object({ source: z.string(), target: z.string() })).default([]),
  ulimits: z.array(z.object({ name: z.string(), soft: z.number(), hard: z.number() })).default([]),
  capabilities: z.object({ adds: texts, drops: texts }),
  securityOpts: texts,
  memory: z.number().optional(),
  memorySwap: z.number().optional(),
  cpus: z.string().optional(),
  healthcheck: z.object({
    tests: texts,
    interval: z.string(),
    timeout: z.string(),
    startPeriod: z.string(),
    retries: z.number(),
  }),
  logDriver: z.string(),
  logOpts: z.record(z.string(), z.string()),
  stopSignal: z.string(),
  stopTimeout: z.number(),
});

/** As components/kalisi-network.ts declares it. */
const networkInputs = z.object({
  name: z.string(),
  driver: z.string(),
  options: z.record(z.string(), z.string()),
  ipamConfigs: z.array(z.object({ subnet: z.string() })).optional(),
});

/** Whose they are, and what Pulumi replaces it by: neither is so of what compose makes. */
function isOfPulumi(label: string): boolean {
  return [stackLabel, cloneLabel].includes(label) || label.startsWith("kalisi.digest.");
}

/**
 * Writes a Compose file that runs what a stack's state has: https://github.com/compose-spec/compose-spec
 *
 * @param stack its name
 * @param resources of the state: the inputs that the program has declared
 * @returns undefined where the state has no container
 */
export function toCompose(stack: string, resources: readonly StateResource[]): string | undefined {
  const declared = (type: string) =>
    resources.flatMap((each) => (each.type === type && each.delete !== true ? [each] : []));
  const [found] = declared(containerType);
  const [bridge] = declared(networkType);
  if (found === undefined || bridge === undefined) {
    return undefined;
  }
  const container = containerInputs.parse(found.inputs);
  const network = networkInputs.parse(bridge.inputs);
  const { image, isLocal } = imageOf(container.image, declared);
  const [, processes] =
    /"KALISI_PROCESSES":"(\d+)"/.exec(
      JSON.stringify(declared(commandType).map(({ inputs }) => inputs)),
    ) ?? [];
  const kept = container.labels.filter(({ label }) => !isOfPulumi(label));
  const service = {
    container_name: container.name,
    image,
    ...(isLocal ? { pull_policy: "never" } : {}),
    restart: container.restart,
    environment: container.envs,
    ...(kept.length === 0
      ? {}
      : { labels: Object.fromEntries(kept.map(({ label, value }) => [label, value])) }),
    // The image has an init of its own.
    init: false,
    networks: ["kalisi"],
    ports: container.ports.map(({ ip, external, internal }) => `${ip}:${external}:${internal}`),
    volumes: [
      ...container.volumes.map(({ volumeName, containerPath }) => ({
        type: "volume",
        source: volumeName,
        target: containerPath,
      })),
      ...container.mounts.map(({ source, target }) => ({
        type: "bind",
        source,
        target,
        read_only: true,
        // Of a file that is gone, the Engine would make an empty folder.
        bind: { create_host_path: false },
      })),
    ],
    cap_drop: container.capabilities.drops,
    cap_add: container.capabilities.adds,
    ...(container.securityOpts.length === 0 ? {} : { security_opt: container.securityOpts }),
    ulimits: Object.fromEntries(
      container.ulimits.map(({ name, soft, hard }) => [name, { soft, hard }]),
    ),
    ...(processes === undefined ? {} : { pids_limit: Number(processes) }),
    ...(container.memory === undefined ? {} : { mem_limit: `${container.memory}m` }),
    ...(container.memorySwap === undefined ? {} : { memswap_limit: `${container.memorySwap}m` }),
    ...(container.cpus === undefined ? {} : { cpus: Number(container.cpus) }),
    healthcheck: {
      test: container.healthcheck.tests,
      interval: container.healthcheck.interval,
      timeout: container.healthcheck.timeout,
      start_period: container.healthcheck.startPeriod,
      retries: container.healthcheck.retries,
    },
    stop_signal: container.stopSignal,
    stop_grace_period: `${container.stopTimeout}s`,
    logging: { driver: container.logDriver, options: container.logOpts },
  };
  const file = new Document(
    escaped({
      services: { kalisi: service },
      networks: {
        kalisi: {
          name: network.name,
          driver: network.driver,
          driver_opts: network.options,
          ...(network.ipamConfigs === undefined ? {} : { ipam: { config: network.ipamConfigs } }),
        },
      },
      volumes: Object.fromEntries(
        container.volumes.map(({ volumeName }) => [
          volumeName,
          { external: true, name: volumeName },
        ]),
      ),
    }),
  );
  const text = file.toString({
    lineWidth: 0,
    defaultStringType: "QUOTE_DOUBLE",
    defaultKeyType: "PLAIN",
  });
  return `${header(stack, container)}\n${text}`;
}

/** By the digest in a registry where it has one there, else by the tag that the stack has given it. */
function imageOf(
  id: string,
  declared: (type: string) => readonly StateResource[],
): { readonly image: string; readonly isLocal: boolean } {
  const built = declared(imageType);
  const outputs = [...built, ...declared(remoteImageType)].map((each) => each.outputs ?? {});
  const digest = outputs.map(({ repoDigest }) => repoDigest).find(isNamedDigest);
  const [name = id] = built.flatMap(({ inputs }) => {
    const imageName = inputs?.["imageName"];
    return typeof imageName === "string" ? [imageName] : [];
  });
  return digest === undefined ? { image: name, isLocal: true } : { image: digest, isLocal: false };
}

function isNamedDigest(value: unknown): value is string {
  return typeof value === "string" && /.@sha256:/.test(value);
}

/** Compose takes what follows a dollar for the name of a variable. */
function escaped(value: unknown): unknown {
  if (typeof value === "string") return value.replaceAll("$", "$$$$");
  if (Array.isArray(value)) return value.map(escaped);
  return typeof value === "object" && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, escaped(item)]))
    : value;
}

/** What a Compose file cannot say, with what does it instead. */
function header(stack: string, { name, image, envs }: z.output<typeof containerInputs>): string {
  const isStarted = envs.includes("KALISI_AUTO_START=true");
  return [
    `${composeMark}: stack ${stack}, image ${image}`,
    "#",
    "# First: npm stop. The container, the network and the ports can be had once.",
    "# Then: docker compose -f THIS_FILE up --detach --wait; without --wait it does not wait for the services.",
    "# The volumes are those of the stack. docker compose down keeps them, with --volumes, too: they are external.",
    "# The image is the one that the Engine has, unless it is named by a registry's digest. To take it to another machine:",
    "# docker save. Nothing builds it anew when the sources change.",
    "#",
    "# What no Compose file can say, and has to be done again whenever the container is made anew:",
    "# - who may log in over SSH, the public keys a line each:",
    `#   docker exec --interactive --user root ${name} /usr/local/sbin/kalisi-authorized-keys < KEYS_FILE`,
    "# - the certificates, mirrors and proxies for builds in the container, which need none on an open network:",
    "#   /usr/local/sbin/kalisi-build-network takes them as JSON",
    ...(isStarted
      ? []
      : [
          "# - the start of the services, as this stack has them wait:",
          `#   docker exec --user kalisi ${name} /workspace/start.sh --daemon`,
        ]),
    "# Nobody checks any more: .env, neo4j.conf and the ports before a start, the policies, whose the volumes are, and that an",
    `# edit of a mounted file reaches the container (docker compose up --force-recreate does).`,
  ].join("\n");
}
