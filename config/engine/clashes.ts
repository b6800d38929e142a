import type { ContainerInfo } from "dockerode";
import { dockerCommand } from "./docker-command";
import { isLocal } from "./endpoint";
import type { Problem } from "../errors";
import { isFree, listener, type WantedPort } from "./host-ports";
import type { PhysicalNames } from "../names";
import { isOwn, labelledOwner, whose, type Owner } from "./stack-owner";

/** Published on one of these, a port is taken on 127.0.0.1, too. */
const coversLoopback = new Set<string | undefined>([undefined, "", "0.0.0.0", "::", "127.0.0.1"]);

/** Splits the Engine's containers into the stack's own and the others. */
export function othersThan(owner: Owner, containers: readonly ContainerInfo[]) {
  return containers.filter(({ Labels }) => !isOwn(Labels, owner));
}

/**
 * Who holds the stack's container name or, running, one of its volumes.
 *
 * @param others the Engine's containers, without the stack's own
 * @param uri the Engine's address
 */
export function nameClashes(
  names: PhysicalNames,
  owner: Owner,
  others: readonly ContainerInfo[],
  uri: string,
): { readonly problems: readonly Problem[]; readonly heldVolumes: readonly string[] } {
  const namesake = others.find((other) => nameOf(other) === names.container);
  const problems: Problem[] = [];
  const heldVolumes: string[] = [];
  if (namesake !== undefined) {
    problems.push({
      code: "KALISI-CONTAINER-NAME-TAKEN",
      setting: "kalisi:names.container",
      value: names.container,
      problem: `is the name of ${holderInWords(namesake, owner)}`,
      fix: `${removal(namesake, owner, uri)} (its volumes stay), or choose another name: pulumi config set --path 'kalisi:names.container' NAME`,
    });
  }
  for (const [key, volume] of Object.entries(names.volumes)) {
    const holder = others.find(
      ({ State, Mounts }) =>
        (State === "running" || State === "paused") && Mounts.some(({ Name }) => Name === volume),
    );
    if (holder !== undefined) {
      heldVolumes.push(volume);
      problems.push({
        code: "KALISI-VOLUME-IN-USE",
        setting: `kalisi:names.volumes.${key}`,
        value: volume,
        problem: `is in use by ${holderInWords(holder, owner)}`,
        fix: `${stopping(holder, owner, uri)}, or choose another volume: pulumi config set --path 'kalisi:names.volumes.${key}' NAME`,
      });
    }
  }
  return { problems, heldVolumes };
}

/**
 * Who holds one of the stack's ports.
 *
 * @param isOwnPort whether the stack's own container has published a port
 * @param uri the Engine's address
 */
export async function portClash(
  { setting, port }: WantedPort,
  owner: Owner,
  others: readonly ContainerInfo[],
  isOwnPort: (port: number) => boolean,
  uri: string,
): Promise<Problem | undefined> {
  const holder = others.find((other) => hasPublished(other, port));
  if (holder === undefined && (isOwnPort(port) || !isLocal(uri) || (await isFree(port)))) {
    return undefined;
  }
  const program = holder === undefined ? await listener(port) : undefined;
  const [taker, end] =
    holder !== undefined
      ? [holderInWords(holder, owner), stopping(holder, owner, uri)]
      : program !== undefined
        ? [`the program ${program.name} (process ${program.pid})`, `kill ${program.pid}`]
        : ["another program on this machine", "stop that"];
  return {
    code: "KALISI-PORT-TAKEN",
    setting,
    value: String(port),
    problem: `127.0.0.1:${port} is taken by ${taker}`,
    fix: `${end}, or choose another port: pulumi config set --path '${setting}' PORT`,
  };
}

export function hasPublished({ Ports }: ContainerInfo, port: number): boolean {
  return Ports.some(({ PublicPort, IP }) => PublicPort === port && coversLoopback.has(IP));
}

function nameOf({ Names }: ContainerInfo): string {
  return (Names[0] ?? "").replace(/^\//, "");
}

function holderInWords(holder: ContainerInfo, owner: Owner): string {
  const name = `the container ${nameOf(holder)}`;
  const who = whose(holder.Labels, owner);
  return who === undefined ? name : `${name} (${who})`;
}

/** Each leaves the volumes; the time is what Neo4j and Redis may need to write. */
function stopping(holder: ContainerInfo, owner: Owner, uri: string): string {
  const { stack, clone } = labelledOwner(holder.Labels) ?? {};
  return stack !== undefined && clone === owner.clone
    ? `npm stop -- --stack ${stack}`
    : dockerCommand(uri, `stop --time 90 ${nameOf(holder)}`);
}

function removal(holder: ContainerInfo, owner: Owner, uri: string): string {
  const stop = stopping(holder, owner, uri);
  const remove = dockerCommand(uri, `rm ${nameOf(holder)}`);
  return stop.startsWith("npm") ? stop : `${stop} && ${remove}`;
}
