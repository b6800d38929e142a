import { networkInterfaces } from "node:os";
import type Docker from "dockerode";
import { dockerCommand } from "./docker-command";
import { isLocal } from "./endpoint";
import type { Problem } from "../errors";
import { configPath, setCommand } from "../settings/set-command";
import { overlap } from "../subnet";
import { isOwn, whose, type Labels, type Owner } from "./stack-owner";

/** A network as the Engine has it. */
export interface NetworkFacts {
  readonly id: string;
  readonly name: string;
  readonly labels: Labels;
  readonly subnets: readonly string[];
}

/** The network that the stack is to have. */
export interface WantedNetwork {
  readonly name: string;
  readonly subnet?: string | undefined;
}

/** The Engine's networks. */
export async function listNetworks(docker: Docker): Promise<readonly NetworkFacts[]> {
  const networks = await docker.listNetworks();
  return networks.map(({ Id, Name, Labels, IPAM }) => ({
    id: Id,
    name: Name,
    labels: Labels,
    subnets: (IPAM?.Config ?? []).flatMap(({ Subnet }) => Subnet ?? []),
  }));
}

/**
 * Finds who else has the name or the addresses that the stack's network is to have. An older Engine makes a
 * second network of the same name without a word, and any makes one that hides this machine's own.
 *
 * @param uri the Engine's address
 */
export function checkNetwork(
  { name, subnet }: WantedNetwork,
  owner: Owner,
  existing: readonly NetworkFacts[],
  uri: string,
): readonly Problem[] {
  const others = existing.filter(({ labels }) => !isOwn(labels, owner));
  const namesake = others.find((other) => other.name === name);
  const taker =
    subnet === undefined
      ? undefined
      : (others
          .filter(({ subnets }) => subnets.some((range) => overlap(range, subnet)))
          .map((other) => `the network ${inWords(other, owner)}`)[0] ??
        (isLocal(uri) ? interfaceIn(subnet, existing) : undefined));
  return [
    ...(namesake === undefined
      ? []
      : [
          {
            code: "KALISI-NETWORK-NAME-TAKEN",
            setting: configPath(["names", "network"]),
            value: name,
            problem: `is the name of a network that is there already: ${inWords(namesake, owner)}`,
            fix: `if nobody needs it: ${dockerCommand(uri, `network rm ${namesake.id.slice(0, 12)}`)}; or choose another name: ${setCommand(["names", "network"])}`,
          } satisfies Problem,
        ]),
    ...(subnet === undefined || taker === undefined
      ? []
      : [
          {
            code: "KALISI-NETWORK-SUBNET-TAKEN",
            setting: configPath(["network", "subnet"]),
            value: subnet,
            problem: `has addresses of ${taker}`,
            fix: `choose a range that nobody has: ${setCommand(["network", "subnet"])}, or have Docker choose: pulumi config rm --path 'kalisi:network.subnet'`,
          } satisfies Problem,
        ]),
  ];
}

function inWords({ name, labels }: NetworkFacts, owner: Owner): string {
  const who = whose(labels, owner);
  return `${name} (${who ?? "nothing shows that this stack created it"})`;
}

/** What this machine is reached by in a range, other than by the Engine's networks. */
function interfaceIn(subnet: string, networks: readonly NetworkFacts[]): string | undefined {
  const ofEngine = networks.flatMap(({ subnets }) => subnets);
  return Object.entries(networkInterfaces())
    .flatMap(([name, addresses = []]) => addresses.map(({ cidr }) => ({ name, cidr: cidr ?? "" })))
    .filter(({ cidr }) => !ofEngine.some((range) => overlap(range, cidr)))
    .filter(({ cidr }) => overlap(cidr, subnet))
    .map(({ name, cidr }) => `this machine's network interface ${name} (${cidr})`)[0];
}
