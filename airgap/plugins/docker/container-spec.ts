import type { ContainerCreateOptions, HostConfig, MountSettings, MountType } from "dockerode";
import { isObject, objects, stringMap, strings, text, type Json, type Props } from "../values";
import { bytesPerMebibyte, labelMap } from "./common";
import { duration } from "./container-table";

const count = (value: Json | undefined): number => (typeof value === "number" ? value : 0);
const record = (value: Json | undefined): Props => (isObject(value) ? value : {});
const swapBytes = (value: Json | undefined): number =>
  count(value) > 0 ? count(value) * bytesPerMebibyte : count(value);

function bind(volume: Props): string {
  return `${text(volume["volumeName"]) ?? ""}:${text(volume["containerPath"]) ?? ""}:rw`;
}

function mount(mount: Props): MountSettings {
  return {
    Type: (text(mount["type"]) ?? "") as MountType,
    Source: text(mount["source"]) ?? "",
    Target: text(mount["target"]) ?? "",
    ReadOnly: mount["readOnly"] === true,
  };
}

function ulimit({ name, soft, hard }: Props) {
  return { Name: text(name) ?? "", Soft: count(soft), Hard: count(hard) };
}

const portKey = (port: Props): string =>
  `${count(port["internal"])}/${text(port["protocol"]) ?? "tcp"}`;

type Bindings = Record<string, { HostIp: string; HostPort: string }[]>;

function portBindings(ports: readonly Props[]): Bindings {
  const bindings: Bindings = {};
  for (const port of ports) {
    (bindings[portKey(port)] ??= []).push({
      HostIp: text(port["ip"]) ?? "0.0.0.0",
      HostPort: String(count(port["external"])),
    });
  }
  return bindings;
}

function healthcheck(check: Props): ContainerCreateOptions["Healthcheck"] {
  const nanoseconds = (key: string): number => duration(check[key]) * 1e6;
  return {
    Test: strings(check["tests"]),
    Interval: nanoseconds("interval"),
    Timeout: nanoseconds("timeout"),
    StartPeriod: nanoseconds("startPeriod"),
    Retries: count(check["retries"]),
  };
}

/** What the Engine can change on a running container. */
export function updatable(inputs: Props): HostConfig {
  return {
    Memory: count(inputs["memory"]) * bytesPerMebibyte,
    ...(inputs["memorySwap"] ? { MemorySwap: swapBytes(inputs["memorySwap"]) } : {}),
    RestartPolicy: { Name: text(inputs["restart"]) ?? "no" },
  };
}

function hostConfig(inputs: Props): HostConfig {
  const capabilities = record(inputs["capabilities"]);
  const driver = text(inputs["logDriver"]);
  return {
    ...updatable(inputs),
    // The image brings an init of its own, whatever the Engine would add.
    Init: false,
    Binds: objects(inputs["volumes"]).map(bind),
    Mounts: objects(inputs["mounts"]).map(mount),
    Ulimits: objects(inputs["ulimits"]).map(ulimit),
    PortBindings: portBindings(objects(inputs["ports"])),
    CapAdd: strings(capabilities["adds"]),
    CapDrop: strings(capabilities["drops"]),
    SecurityOpt: strings(inputs["securityOpts"]),
    NetworkMode: text(inputs["networkMode"]) ?? "",
    NanoCpus: Math.round(Number(inputs["cpus"] ?? 0) * 1e9),
    LogConfig: { Type: driver ?? "", Config: stringMap(inputs["logOpts"]) },
  };
}

/** What the Engine is asked to create. What `inputs` leave out is left to the image and the Engine. */
export function createOptions(inputs: Props): ContainerCreateOptions {
  const ports = objects(inputs["ports"]).map((port) => [portKey(port), {}] as const);
  const volumes = objects(inputs["volumes"]).map(
    (volume) => [text(volume["containerPath"]) ?? "", {}] as const,
  );
  const given = (key: string, value: ContainerCreateOptions): ContainerCreateOptions =>
    inputs[key] === undefined ? {} : value;
  return {
    name: text(inputs["name"]) ?? "",
    Image: text(inputs["image"]) ?? "",
    Env: strings(inputs["envs"]),
    Labels: labelMap(objects(inputs["labels"])),
    ExposedPorts: Object.fromEntries(ports),
    Volumes: Object.fromEntries(volumes),
    HostConfig: hostConfig(inputs),
    ...given("entrypoints", { Entrypoint: strings(inputs["entrypoints"]) }),
    ...given("stopSignal", { StopSignal: text(inputs["stopSignal"]) ?? "" }),
    ...given("stopTimeout", { StopTimeout: count(inputs["stopTimeout"]) }),
    ...given("healthcheck", { Healthcheck: healthcheck(record(inputs["healthcheck"])) }),
  };
}
