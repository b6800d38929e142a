import type { types } from "@pulumi/docker";
import { gatewayContainerPort, sshContainerPort } from "../config/container-ports";
import type { Port } from "../config/settings/units";

/** A TCP port of a container, published on this machine's loopback interface only. */
export type LoopbackPort = types.input.ContainerPort & { readonly ip: "127.0.0.1" };

/**
 * The only way to publish a port here: the provider's own default is 0.0.0.0.
 *
 * @param internal the port inside the container
 * @param external the port on 127.0.0.1
 */
export function loopbackPort(internal: Port, external: Port): LoopbackPort {
  return { internal, external, ip: "127.0.0.1", protocol: "tcp" };
}

/** What a stack publishes: SSH, HTTPS, and what its configuration adds. */
export function publishedPorts({
  ssh,
  gateway,
  ports,
}: {
  readonly ssh: { readonly port: Port };
  readonly gateway: { readonly port: Port };
  readonly ports: readonly { readonly internal: Port; readonly external: Port }[];
}): LoopbackPort[] {
  return [
    loopbackPort(sshContainerPort, ssh.port),
    loopbackPort(gatewayContainerPort, gateway.port),
    ...ports.map(({ internal, external }) => loopbackPort(internal, external)),
  ];
}

/** Sorts as the Engine reports ports, so that a refresh finds no difference. */
export function sortPorts(ports: readonly LoopbackPort[]): LoopbackPort[] {
  return [...ports].sort((a, b) => Number(a.internal) - Number(b.internal));
}
