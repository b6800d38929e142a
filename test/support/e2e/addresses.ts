import { networkInterfaces } from "node:os";
import type { Session } from "./session";

/** The ports that a stack's container publishes, each as `address:port -> port/protocol`, sorted. */
export async function publishedPorts(user: Session): Promise<readonly string[]> {
  const { NetworkSettings } = await user.inspect();
  // An exposed port that is not published has null.
  const ports: Record<string, { HostIp: string; HostPort: string }[] | null> =
    NetworkSettings.Ports;
  return Object.entries(ports)
    .flatMap(([port, hosts]) =>
      (hosts ?? []).map(({ HostIp, HostPort }) => `${HostIp}:${HostPort} -> ${port}`),
    )
    .sort();
}

/** This machine's IPv4 addresses that others may reach. */
export function otherAddresses(): readonly string[] {
  return Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter(({ internal, family }) => !internal && family === "IPv4")
    .map(({ address }) => address);
}
