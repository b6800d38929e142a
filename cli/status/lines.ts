import type { DeployedStack } from "../container/deployed";
import { formatBytes, type Volume } from "../container/volumes";
import { formatSeconds } from "../../config/duration";
import type { Machine } from "../setup";
import type { ContainerStatus } from "./container-status";
import type { Drift } from "./drift";
import type { Inside, Service } from "./inside";
import { usageLine, type Usage } from "./usage";

/** What set-up chose. */
export function machineLines({ profile, pulumi, engine }: Machine): readonly string[] {
  return [
    `Pulumi: ${pulumi.version}, ${pulumi.bin}`,
    `Pulumi plugins: ${pulumi.home === undefined ? "official" : "the stand-ins of airgap/"}`,
    `Base image: ${profile.baseImages?.base ?? "official"}`,
    `Rust: ${profile.from?.rust === "debian" ? "the base image's packages, no nightly" : "the Dockerfile's nightly"}`,
    `Source: ${profile.sourcePath ?? "not set up"}`,
    `Docker Engine: ${engine.uri} (from ${engine.origin})`,
  ];
}

export function containerLines(
  { name, health, uptimeSeconds, image, labels = {} }: ContainerStatus,
  inside: Inside | undefined,
  addresses: DeployedStack["addresses"],
  usage: Usage | undefined,
): readonly string[] {
  const up = uptimeSeconds === undefined ? "" : `, up ${formatSeconds(uptimeSeconds)}`;
  return [
    `Container ${name}: ${health}${up}`,
    ...(health === "healthy" ? Object.values(addresses).map((address) => `  ${address}`) : []),
    ...(usage === undefined ? [] : [`  ${usageLine(usage)}`]),
    ...(inside?.services ?? []).map(serviceLine),
    ...(inside?.problems ?? []).map((problem) => `  ${problem}`),
    ...(image === undefined ? [] : [`Image: ${image}`]),
    ...Object.entries(labels).map(([label, value]) => `  ${label}: ${value}`),
    ...Object.entries(inside?.versions ?? {}).map(([part, version]) => `  ${part} ${version}`),
  ];
}

function serviceLine({ name, state, problem, seconds, ends }: Service): string {
  const ended = ends > 0 ? `, has ended ${ends === 1 ? "once" : `${ends} times`}` : "";
  return `  ${name.padEnd(22)} ${state}${problem === undefined ? "" : `: ${problem}`} (${formatSeconds(seconds)}${ended})`;
}

export function volumeLines(volumes: readonly Volume[]): readonly string[] {
  return [
    volumes.length === 0 ? "Volumes: none" : "Volumes:",
    ...volumes.map(({ name, bytes }) => `  ${name}: ${formatBytes(bytes)}`),
  ];
}

export function driftLines(found: Drift): readonly string[] {
  if ("driftUnknown" in found) {
    return [found.driftUnknown];
  }
  return found.drift.length === 0
    ? ["npm start would change nothing."]
    : [
        "npm start would",
        ...found.drift.map(
          ({ resource, change, properties }) =>
            `  ${change} ${resource}${properties.length === 0 ? "" : ` (${properties.join(", ")})`}`,
        ),
      ];
}
