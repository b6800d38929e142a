import type { ContainerInspectInfo } from "dockerode";
import { strings, type Json, type Props } from "../values";

const MIB = 1024 * 1024;
const mebibytes = (bytes: number | undefined): number =>
  bytes !== undefined && bytes > 0 ? Math.floor(bytes / MIB) : (bytes ?? 0);

// The types promise values where the Engine also answers null.
type Nullable<T> = T | null | undefined;

interface Binding {
  HostIp: string;
  HostPort: string;
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
  if (check === undefined) return {};
  const spelled = (nanoseconds: number | undefined): string => `${(nanoseconds ?? 0) / 1e9}s`;
  return {
    healthcheck: {
      tests: check.Test ?? [],
      interval: spelled(check.Interval),
      timeout: spelled(check.Timeout),
      startPeriod: spelled(check.StartPeriod),
      startInterval: spelled((check as { StartInterval?: number }).StartInterval),
      retries: check.Retries ?? 0,
    },
  };
}

function host(entry: string): Props {
  const at = entry.indexOf(":");
  return { host: entry.slice(0, at), ip: entry.slice(at + 1) };
}

/**
 * What the official plugin reads back. It leaves out envs, labels and volumes (the image adds its
 * own to them), so those show no drift there either.
 */
export function live(info: ContainerInspectInfo, recorded: Props): Props {
  const { Config: config, HostConfig: hostConfig, State: state } = info;
  const byId = typeof recorded["image"] === "string" && recorded["image"].startsWith("sha256:");
  const mustRun = recorded["mustRun"] !== false;
  const adds = strings(hostConfig.CapAdd as Json);
  const drops = strings(hostConfig.CapDrop as Json);
  return {
    name: info.Name.replace(/^\//, ""),
    image: byId ? info.Image : config.Image,
    hostname: config.Hostname,
    domainname: config.Domainname,
    command: strings(config.Cmd),
    entrypoints: [config.Entrypoint ?? []].flat(),
    user: config.User,
    workingDir: config.WorkingDir,
    ...(state.Running || mustRun ? { ports: ports(info.NetworkSettings.Ports) } : {}),
    // A stopped container that must run shows as drift, and the update starts it again.
    mustRun: mustRun && state.Running,
    ...(adds.length + drops.length > 0 ? { capabilities: { adds, drops } } : {}),
    securityOpts: strings(hostConfig.SecurityOpt as Json),
    privileged: hostConfig.Privileged ?? false,
    readOnly: hostConfig.ReadonlyRootfs ?? false,
    hosts: strings(hostConfig.ExtraHosts as Json).map(host),
    networkMode: hostConfig.NetworkMode ?? "",
    shmSize: mebibytes(hostConfig.ShmSize),
    ulimits: (hostConfig.Ulimits ?? []).map(({ Name, Soft, Hard }) => ({
      name: Name ?? "",
      soft: Soft ?? 0,
      hard: Hard ?? 0,
    })),
    ...(hostConfig.NanoCpus ? { cpus: String(hostConfig.NanoCpus / 1e9) } : {}),
    logDriver: hostConfig.LogConfig?.Type ?? "",
    logOpts: (hostConfig.LogConfig?.Config ?? {}) as Record<string, string>,
    stopSignal: (config as { StopSignal?: string }).StopSignal ?? "",
    stopTimeout: (config as { StopTimeout?: number }).StopTimeout ?? 0,
    ...healthcheck(config.Healthcheck),
    tmpfs: hostConfig.Tmpfs ?? {},
    init: hostConfig.Init ?? false,
    rm: hostConfig.AutoRemove ?? false,
    restart:
      hostConfig.RestartPolicy?.Name === "" ? "no" : (hostConfig.RestartPolicy?.Name ?? "no"),
    maxRetryCount: hostConfig.RestartPolicy?.MaximumRetryCount ?? 0,
    cpuShares: hostConfig.CpuShares ?? 0,
    memory: mebibytes(hostConfig.Memory),
    memoryReservation: mebibytes(hostConfig.MemoryReservation),
    memorySwap: mebibytes(hostConfig.MemorySwap),
  };
}
