import type Docker from "dockerode";
import { sshContainerPort } from "../../config/container-ports";
import { connectionOptions } from "../../config/engine/ssh-connection";
import { isSsh, targetWords } from "../../config/engine/ssh-words";
import type { OpenStack } from "../open-stack";
import {
  hostKeyCommand,
  patience,
  proxyWords,
  type HowToConnect,
  type SshPlace,
} from "../ssh-access";
import { UserError } from "../user-error";
import { refusePaused } from "./answers";
import { execIn, type ExecResult } from "./exec";
import { containerOf } from "./open";

/** Where ssh finds a stack's container, and what that says of its host key. */
export async function accessToContainer(
  opened: OpenStack,
): Promise<readonly [SshPlace, ExecResult]> {
  const { container, name } = await containerOf(opened);
  const { uri } = opened.machine.engine;
  await refusePaused(opened.machine, name);
  const { State, NetworkSettings } = await container.inspect();
  const published = publishedIn(NetworkSettings.Ports);
  const port = Number(published[sshContainerPort]);
  if (!State.Running || !Number.isInteger(port)) {
    throw new UserError(
      "KALISI-CONTAINER-MISSING",
      `The container ${name} does not run: npm start brings it up`,
    );
  }
  return [
    {
      ...{ host: name, address: "127.0.0.1", port, published },
      proxyCommand: isSsh(uri) ? (asked) => wayTo(uri, asked) : undefined,
    },
    await execIn(container, hostKeyCommand),
  ];
}

/** @param ports those of the container, such as `8443/tcp`, with what the Engine has published each as */
function publishedIn(
  ports: Docker.ContainerInspectInfo["NetworkSettings"]["Ports"],
): Readonly<Record<number, number>> {
  return Object.fromEntries(
    Object.entries(ports).flatMap(([inside, bindings]) => {
      // Null where a port is not published: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerInspect
      const [first] = (bindings as { readonly HostPort: string }[] | null) ?? [];
      return first === undefined ? [] : [[Number.parseInt(inside, 10), Number(first.HostPort)]];
    }),
  );
}

/** The line by which ssh gets to what listens on another machine; through the connection that there is, if any. */
function wayTo(uri: string, { isPatient = false }: HowToConnect): string {
  const options = proxyWords([...connectionOptions(), ...(isPatient ? patience : [])]);
  return `ssh ${options} -W %h:%p ${proxyWords(targetWords(uri))}`;
}
