import type Docker from "dockerode";
import { clusterNames } from "../../config/cluster/cluster-names";
import { dockerClient } from "../../config/engine/client";
import type { DockerHost } from "../../config/engine/endpoint";
import { cloneLabel, stackLabel } from "../../config/engine/stack-owner";
import { reasonOf } from "../../config/errors";
import { podStatus } from "../cluster/pod-status";
import type { DeployedStack } from "../container/deployed";

/** A stack of this clone, and what its last update has left. */
export interface OwnStack {
  readonly name: string;
  readonly deployed: DeployedStack;
}

/** How a stack is, of this clone or of another. */
export interface SeenStack {
  readonly stack: string;
  /** Another clone whose it is, as `npm run clone` calls it there. */
  readonly clone?: string;
  /**
   * `healthy`, `unhealthy`, `starting`; else the container's own state; `not there` where it was removed by hand, `down`
   * where nothing of the stack is up, `unknown` where its Engine or cluster does not answer.
   */
  readonly health: string;
  /** For how long, in the Engine's words. @example "Up 3 minutes" */
  readonly since?: string;
  /** An Engine's address, or where in a cluster it is. */
  readonly engine?: string;
  readonly container?: string;
  readonly url?: string;
  readonly ssh?: string;
}

/** An Engine, and why it does not answer where it does not. */
export interface SeenEngine extends DockerHost {
  readonly problem?: string;
}

/** What there is on all Engines. */
export interface Seen {
  /** This clone's, then those of others. */
  readonly stacks: readonly SeenStack[];
  readonly engines: readonly SeenEngine[];
}

type Asked = SeenEngine & { readonly containers: readonly Docker.ContainerInfo[] };

/**
 * Asks each Engine once for the containers of all stacks.
 *
 * @param own this clone's stacks, whose Engines are asked as well
 * @param hosts the Engines to ask besides
 * @param clone this clone, as its labels have it
 */
export async function lookAtAll(
  own: readonly OwnStack[],
  hosts: readonly DockerHost[],
  clone: string,
): Promise<Seen> {
  const all = new Map(hosts.map((host) => [host.uri, host]));
  for (const { name, deployed } of own) {
    const uri = deployed.host;
    if (uri !== undefined && !all.has(uri)) all.set(uri, { uri, origin: `stack ${name}` });
  }
  const asked = await Promise.all([...all.values()].map(ask));
  const names = new Set(own.map(({ name }) => name));
  const others = asked.flatMap(({ uri, containers }) =>
    containers
      .filter(({ Labels }) => Labels[cloneLabel] !== clone || !names.has(Labels[stackLabel] ?? ""))
      .map((container): [string, SeenStack] => [container.Id, otherStack(uri, container)]),
  );
  return {
    // An Engine that has two addresses is asked by both.
    stacks: [
      ...(await Promise.all(
        own.map(async (stack) => (await ownInCluster(stack)) ?? ownStack(stack, asked)),
      )),
      ...new Map(others).values(),
    ],
    engines: asked.map(({ uri, origin, problem }) => ({
      ...{ uri, origin },
      ...(problem === undefined ? {} : { problem }),
    })),
  };
}

async function ask(host: DockerHost): Promise<Asked> {
  try {
    const filters = { label: [stackLabel] };
    return {
      ...host,
      containers: await dockerClient(host.uri).listContainers({ all: true, filters }),
    };
  } catch (error) {
    return { ...host, containers: [], problem: reasonOf(error) };
  }
}

/** Undefined of one that is in no cluster. */
function ownInCluster({ name, deployed }: OwnStack): Promise<SeenStack> | undefined {
  const { cluster, addresses } = deployed;
  if (cluster === undefined) return undefined;
  const { context, namespace } = cluster;
  const where = { engine: `${context}, namespace ${namespace}`, container: clusterNames.pod };
  return podStatus(cluster).then(
    ({ health, since }) => ({
      ...{ stack: name, health, ...where, ...addresses },
      ...(since === undefined ? {} : { since: `Up ${since}` }),
    }),
    () => ({ stack: name, health: "unknown", ...where, ...addresses }),
  );
}

function ownStack({ name, deployed }: OwnStack, asked: readonly Asked[]): SeenStack {
  const { host, container, addresses } = deployed;
  if (host === undefined || container === undefined) {
    return { stack: name, health: "down" };
  }
  const engine = asked.find(({ uri }) => uri === host);
  const found = engine?.containers.find(({ Names }) => Names.includes(`/${container}`));
  const missing = engine?.problem === undefined ? "not there" : "unknown";
  return {
    stack: name,
    ...(found === undefined ? { health: missing } : stateOf(found)),
    engine: host,
    container,
    ...addresses,
  };
}

function otherStack(engine: string, container: Docker.ContainerInfo): SeenStack {
  const { [stackLabel]: stack = "", [cloneLabel]: clone = "" } = container.Labels;
  const name = (container.Names[0] ?? "").replace(/^\//, "");
  return { stack, clone, ...stateOf(container), engine, container: name };
}

/** The Engine has a container's health in the words about its state alone, where it lists it. */
function stateOf({ State, Status }: Docker.ContainerInfo): Pick<SeenStack, "health" | "since"> {
  const [, since = Status, health = State] =
    /^(.*?)(?: \((?:health: )?(healthy|unhealthy|starting)\))?$/.exec(Status) ?? [];
  return { health: State === "running" ? health : State, since };
}
