import { createServer } from "node:net";
import type Docker from "dockerode";
import type { DockerHost } from "./docker-host";
import { reasonOf, throwIfAny, type Problem } from "./errors";

/** A port that is to be published, and the config key that chose it. */
export interface WantedPort {
  readonly setting: string;
  readonly port: number;
}

/**
 * Looks whether the Engine can be reached and the ports are free, before anything is created.
 *
 * @param container the stack's own container, which may hold its ports
 * @throws ConfigError with every problem that was found
 */
export async function preflight(
  docker: Docker,
  host: DockerHost,
  container: string,
  ports: readonly WantedPort[],
): Promise<void> {
  try {
    await docker.ping();
  } catch (error) {
    throwIfAny([
      {
        setting: `Docker Engine (from ${host.origin})`,
        value: host.uri,
        problem: `does not answer: ${reasonOf(error)}`,
        fix: "start it (systemctl start docker, or Docker Desktop), or set DOCKER_HOST; npm start can install it on Debian and Ubuntu as root",
      },
    ]);
  }
  const holders = await publishedPorts(docker);
  const local = /^(unix|npipe):/.test(host.uri);
  const problems = await Promise.all(
    ports.map((wanted) => checkPort(wanted, container, holders, local)),
  );
  throwIfAny(problems.filter((problem) => problem !== undefined));
}

async function publishedPorts(docker: Docker): Promise<ReadonlyMap<number, string>> {
  const containers = await docker.listContainers();
  return new Map(
    containers.flatMap(({ Names, Ports }) =>
      Ports.map(({ PublicPort }) => [PublicPort, (Names[0] ?? "").replace(/^\//, "")] as const),
    ),
  );
}

async function checkPort(
  { setting, port }: WantedPort,
  container: string,
  holders: ReadonlyMap<number, string>,
  local: boolean,
): Promise<Problem | undefined> {
  const holder = holders.get(port);
  if (holder === container) {
    return undefined;
  }
  const free = holder === undefined && (!local || (await canListen(port)));
  return free
    ? undefined
    : {
        setting,
        value: String(port),
        problem: `127.0.0.1:${port} is taken by ${holder === undefined ? "another program on this machine" : `the container ${holder}`}`,
        fix: `stop that, or choose another port: pulumi config set --path '${setting}' PORT`,
      };
}

function canListen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) => {
      resolve(code !== "EADDRINUSE");
    });
    server.listen({ host: "127.0.0.1", port, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}
