import type { ContainerInspectInfo } from "dockerode";
import { goDuration } from "../../../config/duration";
import { spellProcessors } from "../../../config/processors";
import { bytesPerMebibyte } from "./common";
import { strings, type Json, type Props } from "../values";

const mebibytes = (bytes: number | undefined): number =>
  bytes !== undefined && bytes > 0 ? Math.floor(bytes / bytesPerMebibyte) : (bytes ?? 0);

// The types promise values where the Engine also answers null.
type Nullable<T> = T | null | undefined;

interface Ulimit {
  readonly Name: string;
  readonly Soft: number;
  readonly Hard: number;
}

interface Binding {
  readonly HostIp: string;
  readonly HostPort: string;
}

function ports(published: Nullable<Record<string, Nullable<Binding[]>>>): Json {
  const bound = Object.entries(published ?? {}).flatMap(([key, bindings]) => {
    const [internal, protocol] = key.split("/");
    return (bindings ?? []).map((binding) => ({
      internal: Number(internal),
      external: Number(binding.HostPort),
      ip: binding.HostIp,
      protocol: protocol ?? "tcp",
    }));
  });
  return bound.sort((a, b) => a.internal - b.internal);
}

function healthcheck(check: ContainerInspectInfo["Config"]["Healthcheck"]): Props {
  if (check === undefined) {
    return {};
  }
  const spelled = (nanoseconds = 0): string => goDuration(nanoseconds / 1e9);
  return {
    healthcheck: {
      tests: check.Test ?? [],
      interval: spelled(check.Interval),
      timeout: spelled(check.Timeout),
      startPeriod: spelled(check.StartPeriod),
      retries: check.Retries ?? 0,
    },
  };
}

/**
 * What the official plugin reads back, as inputs of the container. It leaves out envs, labels and volumes (the image adds its
 * own to them), so those show no drift there either.
 *
 * @param recorded the state: an image that it has by its id is given by its id
 */
export function live(info: ContainerInspectInfo, recorded: Props): Props {
  const { Config: config, HostConfig: hostConfig, State: state } = info;
  const byId = typeof recorded["image"] === "string" && recorded["image"].startsWith("sha256:");
  const adds = strings(hostConfig.CapAdd as Json);
  const drops = strings(hostConfig.CapDrop as Json);
  return {
    name: info.Name.replace(/^\//, ""),
    image: byId ? info.Image : config.Image,
    entrypoints: [config.Entrypoint ?? []].flat(),
    ports: ports(info.NetworkSettings.Ports),
    // A stopped container shows as drift, and the update starts it again.
    mustRun: state.Running,
    ...(adds.length + drops.length > 0 ? { capabilities: { adds, drops } } : {}),
    securityOpts: strings(hostConfig.SecurityOpt as Json),
    mounts: (hostConfig.Mounts ?? []).map(({ Type, Source, Target, ReadOnly }) => ({
      type: Type,
      source: Source,
      target: Target,
      readOnly: ReadOnly ?? false,
    })),
    ulimits: ((hostConfig.Ulimits ?? []) as readonly Ulimit[]).map(({ Name, Soft, Hard }) => ({
      name: Name,
      soft: Soft,
      hard: Hard,
    })),
    networkMode: hostConfig.NetworkMode ?? "",
    ...(hostConfig.NanoCpus ? { cpus: spellProcessors(hostConfig.NanoCpus / 1e9) } : {}),
    logDriver: hostConfig.LogConfig?.Type ?? "",
    logOpts: (hostConfig.LogConfig?.Config ?? {}) as Record<string, string>,
    stopSignal: (config as { StopSignal?: string }).StopSignal ?? "",
    stopTimeout: (config as { StopTimeout?: number }).StopTimeout ?? 0,
    ...healthcheck(config.Healthcheck),
    restart:
      hostConfig.RestartPolicy?.Name === "" ? "no" : (hostConfig.RestartPolicy?.Name ?? "no"),
    memory: mebibytes(hostConfig.Memory),
    memorySwap: mebibytes(hostConfig.MemorySwap),
  };
}
