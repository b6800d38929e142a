import type { Table } from "../table";
import type { Json } from "../values";

const millisecondsOf: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  ms: 1,
  s: 1e3,
  m: 6e4,
  h: 3.6e6,
};

/** The milliseconds of a duration as Go writes it, such as `1m30s`; 0 of anything else. */
export function duration(value: Json | undefined): number {
  if (typeof value !== "string") {
    return 0;
  }
  const parts = [...value.matchAll(/(\d+(?:\.\d+)?)(ns|us|µs|ms|s|m|h)/g)];
  return parts.reduce(
    (sum, [, count, unit]) => sum + Number(count) * (millisecondsOf[unit ?? ""] ?? 0),
    0,
  );
}

/** Fields without a default. */
const fields = (...names: readonly string[]): Record<string, Json> =>
  Object.fromEntries(names.map((name) => [name, null]));

/**
 * The container inputs that this stack uses. What replaces, what is kept when unset and what defaults
 * there are: resource_docker_container.go of the Terraform provider that the official plugin wraps.
 * test/contract compares all of it with the official plugin.
 */
export const containerTable: Table = {
  name: { replace: true },
  image: { replace: true },
  entrypoints: { replace: true, keep: true },
  envs: { replace: true, keep: true, unordered: true },
  labels: { replace: true, keep: true, unordered: true, fields: fields("label", "value") },
  ports: {
    replace: true,
    unordered: true,
    fields: { internal: null, external: null, ip: "0.0.0.0", protocol: "tcp" },
  },
  volumes: {
    replace: true,
    whole: true,
    unordered: true,
    fields: fields("containerPath", "volumeName"),
  },
  mounts: {
    replace: "elements",
    unordered: true,
    fields: fields("type", "source", "target", "readOnly"),
  },
  ulimits: { replace: true, unordered: true, fields: { name: null, soft: 0, hard: 0 } },
  capabilities: { replace: true, unordered: true, fields: fields("adds", "drops") },
  securityOpts: { replace: true, keep: true, unordered: true },
  networkMode: { replace: true, default: "bridge" },
  cpus: { replace: true },
  logDriver: { replace: true, keep: true },
  logOpts: { replace: true, map: true },
  stopSignal: { replace: true, keep: true },
  stopTimeout: { replace: true, keep: true },
  healthcheck: {
    keep: true,
    fields: fields("tests", "interval", "timeout", "startPeriod", "retries"),
  },
  restart: { default: "no" },
  memory: {},
  memorySwap: {},
  destroyGraceSeconds: {},
  removeVolumes: { only: true },
  mustRun: { only: true },
  start: { only: true },
  wait: { only: false },
  waitTimeout: { only: 60 },
};

/** Inputs that the Engine changes on a running container; any other update is of the state alone. */
export const updatedInPlace: readonly string[] = ["restart", "memory", "memorySwap"];
