import type Docker from "dockerode";
import { adoptionHint } from "./adoption";
import { hasPublished, nameClashes, othersThan, portClash } from "./clashes";
import type { Deployed } from "./deployed";
import { isLocal, type DockerHost } from "./endpoint";
import {
  askKind,
  kindProblems,
  labelProblems,
  limitWarnings,
  type EngineKind,
} from "./engine-kind";
import { formerEngine, movedProblem } from "./engine-move";
import { reasonOf, throwIfAny, type Problem } from "../errors";
import { adviseOnLocalhost, type WantedPort } from "./host-ports";
import { hasImage, refuseGone } from "./images";
import { partsOf, type Part } from "./leftovers";
import { isSsh, trySsh } from "./ssh-words";
import type { PhysicalNames } from "../names";
import { filesClash, hasFilesVolume } from "./placed-files";
import { checkNetwork, listNetworks } from "./network-check";
import { pausedProblem } from "./paused";
import type { Owner } from "./stack-owner";
import { checkVolumes } from "./volume-check";
import type { LedgerEntry } from "./volume-ledger";
import { identityIn, listVolumes, mountedBy } from "./volume-owner";

/** What the stack will hold on the Engine. */
export interface Wanted {
  readonly owner: Owner;
  readonly names: PhysicalNames;
  readonly ports: readonly WantedPort[];
  /** The network's range of addresses. Unset: the Engine chooses one. */
  readonly subnet?: string | undefined;
  readonly imageName: string;
  readonly cpus?: number | undefined;
  readonly memory?: object | undefined;
  /** The host's files that are mounted into the container. */
  readonly mounted: readonly string[];
  /** Volumes that the stack took before. */
  readonly ledger: readonly LedgerEntry[];
  /** Volumes that the user has named to be taken. */
  readonly adopt: readonly string[];
  /** Volumes that the configuration names. */
  readonly configuredVolumes: readonly string[];
  /** Whether the stack is going to be changed, not only looked at. */
  readonly update: boolean;
  /** Reads what is there according to the stack's state; undefined where it cannot be read. */
  readonly readState: () => Promise<Deployed | undefined>;
}

/** What was found on the Engine that the program needs. */
export interface Found {
  readonly imageIsThere: boolean;
  /** What the Engine builds images for. @example "linux/amd64" */
  readonly platform: string | undefined;
  /** Whether the stack's container is there and the Engine does not call it healthy at this moment. */
  readonly isNotServing: boolean;
  /** Whether the volume of the placed files is missing, where there is to be one. */
  readonly lacksFiles: boolean;
  /** What the user should know though nothing is in the way: such as how to adopt a former project's data. */
  readonly warnings: readonly string[];
  /** Volumes without a label of the stack's that are the stack's, for its ledger. */
  readonly taken: readonly LedgerEntry[];
  /** What an update has made that was ended before it could record it: the Engine would refuse the names. */
  readonly leftovers: readonly Part[];
}

/**
 * Looks whether the Engine can be reached and has what the stack needs, before anything is created.
 *
 * @throws ConfigError with every problem that was found
 */
export async function preflight(docker: Docker, host: DockerHost, wanted: Wanted): Promise<Found> {
  const { owner, names, ports, imageName } = wanted;
  const [containers, networks, volumes, kind, imageIsThere, known] = await Promise.all([
    docker.listContainers({ all: true }),
    listNetworks(docker),
    listVolumes(docker),
    askKind(docker),
    hasImage(docker, imageName),
    wanted.readState(),
  ]).catch((error: unknown) => unreachable(host, error));

  throwIfAny(kindProblems(host, kind));
  const engine = identityIn(kind);
  const others = othersThan(owner, containers);
  const own = containers.filter((container) => !others.includes(container));
  // A container on this Engine shows that the stack is on it.
  const deployed = own.length > 0 ? undefined : known;
  const former = deployed === undefined ? undefined : await formerEngine(host, deployed);
  const state = await stateOf(docker, names.container, own);
  const isOwnPort = (port: number) => own.some((container) => hasPublished(container, port));
  const clashes = await Promise.all(
    ports.map((port) => portClash(port, owner, others, isOwnPort, host.uri)),
  );
  const byName = nameClashes(names, owner, others, host.uri);
  const checked = checkVolumes(
    names.volumes,
    volumes,
    {
      owner,
      engine,
      ledger: wanted.ledger,
      mounted: mountedBy(own),
      inState: new Set(former === undefined ? deployed?.volumes : []),
      named: new Set(wanted.adopt),
      configured: new Set(wanted.configuredVolumes),
    },
    host.uri,
    byName.heldVolumes,
  );
  throwIfAny(
    [
      former === undefined ? undefined : movedProblem(host, former, owner.stack),
      ...byName.problems,
      ...(isLocal(host.uri) ? [] : filesClash(names.container, owner, volumes, host.uri)),
      ...checked.problems,
      ...checkNetwork({ name: names.network, subnet: wanted.subnet }, owner, networks, host.uri),
      ...clashes,
      ...(await labelProblems(host, kind, wanted)),
      imageIsThere ? undefined : refuseGone(imageName),
      wanted.cpus === undefined ? undefined : tooManyCpus(kind, wanted.cpus),
      wanted.update && state?.Paused === true
        ? pausedProblem(names.container, host.uri)
        : undefined,
    ].filter((problem) => problem !== undefined),
  );
  return {
    imageIsThere,
    platform: engine.platform,
    isNotServing: state !== undefined && !isServing(state),
    lacksFiles: !isLocal(host.uri) && !hasFilesVolume(names.container, volumes),
    warnings: [
      ...limitWarnings(kind, wanted),
      adoptionHint(
        names,
        volumes.map(({ name }) => name),
      ),
      ...(await Promise.all(
        (isLocal(host.uri) ? ports : []).map(({ port }) => adviseOnLocalhost(port)),
      )),
    ].filter((line) => line !== undefined),
    taken: checked.entries,
    leftovers: partsOf(names, owner, containers, networks).filter(
      ({ id }) => known !== undefined && !known.ids.includes(id),
    ),
  };
}

type State = Docker.ContainerInspectInfo["State"];

/** @param own the stack's containers: one of that name that is not its own does not matter */
async function stateOf(
  docker: Docker,
  name: string,
  own: readonly Docker.ContainerInfo[],
): Promise<State | undefined> {
  const container = own.find(({ Names }) => Names.includes(`/${name}`));
  return container === undefined
    ? undefined
    : (await docker.getContainer(container.Id).inspect()).State;
}

/** An Engine leaves the health out, or calls it none, where an image has no check. */
function isServing({ Running, Restarting, Health }: State): boolean {
  return Running && !Restarting && ["healthy", "none"].includes(Health?.Status ?? "none");
}

function unreachable(host: DockerHost, error: unknown): never {
  throwIfAny([
    {
      code: "KALISI-ENGINE-UNREACHABLE",
      setting: `Docker Engine (from ${host.origin})`,
      value: host.uri,
      problem: `does not answer: ${reasonOf(error)}`,
      fix: isSsh(host.uri)
        ? `have this answer without a question: ${trySsh(host.uri)}`
        : "start it (systemctl start docker, or Docker Desktop), or set DOCKER_HOST; npm start can install it on Debian and Ubuntu as root",
    },
  ]);
  throw error;
}

/** The Engine refuses only once the old container has gone. */
function tooManyCpus({ NCPU = 0 }: EngineKind, cpus: number): Problem | undefined {
  return cpus >= 0.01 && cpus <= NCPU
    ? undefined
    : {
        code: "KALISI-ENGINE-PROCESSORS",
        setting: "kalisi:resources.cpus",
        value: String(cpus),
        problem: `expected a number from 0.01 to ${NCPU}, the Engine's processors`,
        fix: `pulumi config set --path 'kalisi:resources.cpus' ${NCPU}`,
      };
}
