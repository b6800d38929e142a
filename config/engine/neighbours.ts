import { release } from "node:os";
import type { DockerHost } from "./endpoint";

/** What an Engine says of itself that matters here, as `docker info` names it. */
export interface EngineInfo {
  readonly ServerVersion?: string;
  readonly OperatingSystem?: string;
  readonly KernelVersion?: string;
  readonly SecurityOptions?: readonly string[] | null;
}

// https://docs.docker.com/engine/release-notes/28/, moby/moby#48724 and moby/moby#49325
const keepsNeighboursOutSince = 28;

/** Whether an Engine keeps other hosts from what is published on 127.0.0.1. A version that cannot be read counts as older. */
export function engineKeepsNeighboursOut(version: string | undefined): boolean {
  return Number.parseInt(version ?? "", 10) >= keepsNeighboursOutSince;
}

/**
 * Whether the hosts on this machine's network segments can reach what an Engine publishes on 127.0.0.1: one that
 * sends its packets to this machine is let through to the container, https://github.com/moby/moby/issues/45610.
 * Not where the Engine is elsewhere, in a virtual machine (Docker Desktop, or any with another kernel than this
 * machine's), or in a network of its own (rootless).
 *
 * @param kernel this machine's
 */
export function letsNeighboursIn(
  { uri }: Pick<DockerHost, "uri">,
  { ServerVersion, OperatingSystem, KernelVersion, SecurityOptions }: EngineInfo,
  kernel: string = release(),
): boolean {
  return (
    uri.startsWith("unix:") &&
    OperatingSystem !== "Docker Desktop" &&
    KernelVersion === kernel &&
    !(SecurityOptions ?? []).includes("name=rootless") &&
    !engineKeepsNeighboursOut(ServerVersion)
  );
}
