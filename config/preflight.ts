import type Docker from "dockerode";
import { adoptionHint } from "./adoption";
import { hasPublished, nameClashes, othersThan, portClash } from "./clashes";
import type { DockerHost } from "./docker-host";
import { reasonOf, throwIfAny, type Problem } from "./errors";
import type { WantedPort } from "./host-ports";
import type { PhysicalNames } from "./names";
import type { Owner } from "./owner";

/** What the stack will hold on the Engine. */
export interface Wanted {
  readonly owner: Owner;
  readonly names: PhysicalNames;
  readonly ports: readonly WantedPort[];
  readonly imageName: string;
  readonly cpus?: number | undefined;
}

/** What was found on the Engine that the program goes on with. */
export interface Found {
  readonly imageIsThere: boolean;
  /** How to adopt a former project's data, where there is some. */
  readonly hint: string | undefined;
}

/**
 * Looks whether the Engine can be reached and has what the stack needs, before anything is created.
 *
 * @throws ConfigError with every problem that was found
 */
export async function preflight(docker: Docker, host: DockerHost, wanted: Wanted): Promise<Found> {
  const { owner, names, ports, imageName } = wanted;
  const [containers, { Volumes: volumes }, imageIsThere, cpus] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listVolumes(),
    hasImage(docker, imageName),
    wanted.cpus === undefined ? undefined : tooManyCpus(docker, wanted.cpus),
  ]).catch((error: unknown) => unreachable(host, error));

  const others = othersThan(owner, containers);
  const own = containers.filter((container) => !others.includes(container));
  const isOwn = (port: number) => own.some((container) => hasPublished(container, port));
  const local = /^(unix|npipe):/.test(host.uri);
  const clashes = await Promise.all(
    ports.map((port) => portClash(port, owner, others, isOwn, local)),
  );
  throwIfAny(
    [...nameClashes(names, owner, others), ...clashes, cpus].filter(
      (problem) => problem !== undefined,
    ),
  );
  return {
    imageIsThere,
    hint: adoptionHint(
      names,
      volumes.map(({ Name }) => Name),
    ),
  };
}

function unreachable(host: DockerHost, error: unknown): never {
  throwIfAny([
    {
      setting: `Docker Engine (from ${host.origin})`,
      value: host.uri,
      problem: `does not answer: ${reasonOf(error)}`,
      fix: "start it (systemctl start docker, or Docker Desktop), or set DOCKER_HOST; npm start can install it on Debian and Ubuntu as root",
    },
  ]);
  throw error;
}

async function hasImage(docker: Docker, name: string): Promise<boolean> {
  try {
    await docker.getImage(name).inspect();
    return true;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode === 404) {
      return false;
    }
    throw error;
  }
}

/** The Engine refuses only once the old container has gone. */
async function tooManyCpus(docker: Docker, cpus: number): Promise<Problem | undefined> {
  const { NCPU } = (await docker.info()) as { NCPU: number };
  return cpus >= 0.01 && cpus <= NCPU
    ? undefined
    : {
        setting: "kalisi:resources.cpus",
        value: String(cpus),
        problem: `the Engine has ${NCPU} processors to give, from 0.01 on`,
        fix: `pulumi config set --path 'kalisi:resources.cpus' ${NCPU}`,
      };
}
