import { execFile } from "node:child_process";
import { request } from "node:https";
import { connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { dockerClient } from "../../../config/engine/client";
import { findDockerHost } from "../../../config/engine/endpoint";
import { filesVolumeOf } from "../../../config/engine/placed-files";
import { isNotFound } from "../../../config/engine/message";
import type { PhysicalNames } from "../../../config/names";
import { port, type Port } from "../../../config/settings/units";

const runFile = promisify(execFile);

/** The Engine that the tests run on. */
export const docker = dockerClient(findDockerHost(process.env, "/nonexistent").uri);

/** Runs a command in a container as root and returns its output; fails on another exit code than 0. */
export async function execIn(container: string, ...command: readonly string[]): Promise<string> {
  const exec = await docker.getContainer(container).exec({
    Cmd: [...command],
    AttachStdout: true,
    AttachStderr: true,
    Tty: true,
  });
  const output = await text(await exec.start({ Tty: true }));
  const { ExitCode } = await exec.inspect();
  if (ExitCode !== 0) {
    throw new Error(`${command.join(" ")} ended with ${String(ExitCode)}: ${output}`);
  }
  return output.trim();
}

/** An HTTPS answer. */
export interface Answer {
  readonly status: number;
  readonly body: string;
}

/** Asks the gateway from the host, trusting exactly the given certificate. */
export function ask(url: string, certificate: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ca: certificate, agent: false }, (response) => {
      text(response).then((body) => {
        resolve({ status: response.statusCode ?? 0, body });
      }, reject);
    });
    asked.once("error", reject);
    asked.end();
  });
}

/** Whether a TCP connection to an address is accepted. */
export function accepts(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, timeout: 2000 });
    const settle = (accepted: boolean) => {
      socket.destroy();
      resolve(accepted);
    };
    socket.once("connect", () => {
      settle(true);
    });
    socket.once("error", () => {
      settle(false);
    });
    socket.once("timeout", () => {
      settle(false);
    });
  });
}

/** Logs in over ssh as a user would and runs a command. Rejects when ssh does, or after `timeout` ms. */
export async function ssh(
  port: number,
  options: readonly string[],
  command: string,
  timeout = 30_000,
): Promise<string> {
  const known = ["-o", "StrictHostKeyChecking=no", "-o", "UserKnownHostsFile=/dev/null"];
  const args = [
    "-F",
    "none",
    "-p",
    String(port),
    ...known,
    ...options,
    "kalisi@127.0.0.1",
    command,
  ];
  const { stdout } = await runFile("ssh", args, { timeout });
  return stdout.trim();
}

/** Options that offer one key and nothing else. */
export function withKey(path: string): readonly string[] {
  return ["-i", path, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes"];
}

// Below those that the kernel gives to connections, which would take one that is chosen and not used yet; and each
// of Jest's workers has its own: https://docs.kernel.org/networking/ip-sysctl.html, ip_local_port_range
const portsOfWorker = 800;
const firstPort = 30_000 + portsOfWorker * (Number(process.env["JEST_WORKER_ID"] ?? 1) - 1);
let chosenPorts = Math.floor(Math.random() * portsOfWorker);

/** A port of 127.0.0.1 that nobody listens on, and that no other test is given. */
export async function freePort(): Promise<Port> {
  for (;;) {
    // A test may move on to the port behind its own.
    chosenPorts += 2;
    const candidate = firstPort + (chosenPorts % portsOfWorker);
    if (await isFree(candidate)) return port(candidate);
  }
}

function isFree(candidate: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => {
      resolve(false);
    });
    server.listen(candidate, "127.0.0.1", () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** What a stack's parts are called on the Engine. */
export function partNames({ container, network, volumes }: PhysicalNames): readonly string[] {
  return [container, network, ...Object.values(volumes)];
}

/** Which of a stack's parts are on the Engine now. */
export async function whatExists(names: PhysicalNames): Promise<readonly string[]> {
  const containers = await docker.listContainers({ all: true });
  const { Volumes } = await docker.listVolumes();
  const networks = await docker.listNetworks();
  const present = new Set([
    ...containers.flatMap(({ Names }) => Names.map((name) => name.replace(/^\//, ""))),
    // Where a container has none of its own, it is on the Engine's.
    ...networks.map(({ Name }) => Name).filter((name) => name !== "bridge"),
    ...Volumes.map(({ Name }) => Name),
  ]);
  return partNames(names).filter((name) => present.has(name));
}

/** Removes a stack's container, network and volumes: for stacks that a test has made, and only those. */
export async function removeEverything(names: PhysicalNames): Promise<void> {
  for (const name of await whatExists(names)) {
    if (name === names.container) await docker.getContainer(name).remove({ force: true });
    else if (name === names.network) await docker.getNetwork(name).remove();
    else await docker.getVolume(name).remove();
  }
  // Where the stack was on an Engine as if on another machine's.
  await docker
    .getVolume(filesVolumeOf(names.container))
    .remove()
    .catch((error: unknown) => {
      if (!isNotFound(error)) throw error;
    });
}

/** Removes an image's name, and the image where it has no other. */
export async function removeImage(name: string): Promise<void> {
  try {
    await docker.getImage(name).remove({ force: true });
  } catch (error) {
    if (!isNotFound(error)) {
      throw error;
    }
  }
}
