import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { Command } from "@commander-js/extra-typings";
import { gatewayContainerPort, sshContainerPort } from "../../config/container-ports";
import { isFree } from "../../config/engine/host-ports";
import { stackOption, type StackOption } from "../options";
import { print } from "../output";
import { readSshAccess } from "../read-ssh-access";
import { patience, sshOptions, type HowToConnect, type SshAccess } from "../ssh-access";
import { UserError } from "../user-error";

export const declare = (root: string) =>
  new Command("connect")
    .description(
      "forwards Neo4j and neo4j-ui to 127.0.0.1, through SSH, until Ctrl-C; of a stack elsewhere, the page as well",
    )
    .addOption(stackOption())
    .action((options) => connect(root, options));

/** What listens in the container. */
interface Listener {
  readonly what: string;
  /** How a user reaches it at a port of this machine. */
  readonly address: (port: number) => string;
  /** Its own port. */
  readonly port: number;
  /** The port that it is to have on this machine. @default its own */
  readonly local?: number;
}

const urlOf = (scheme: string) => (port: number) => `${scheme}://localhost:${port}`;

/** Inside the container's own loopback only: docker/rootfs/usr/local/lib/kalisi/checks. */
const listeners: readonly Listener[] = [
  { what: "Neo4j's browser", address: urlOf("http"), port: 7474 },
  { what: "Bolt", address: urlOf("bolt"), port: 7687 },
  { what: "neo4j-ui", address: urlOf("http"), port: 8081 },
];

interface Forward {
  readonly shown: string;
  readonly option: string;
}

/** Forwards by ssh, and prints the addresses once they answer. A connection that is lost is opened again. */
async function connect(root: string, options: StackOption): Promise<void> {
  const access = await readSshAccess(root, options);
  const forwards = await Promise.all([...published(access), ...listeners].map(chooseForward));
  let code = await forward(commandLine(access, forwards), () => {
    for (const { shown } of forwards) print(shown);
    print("Until Ctrl-C; the user is neo4j, with NEO4J_PASSWORD of .env");
  });
  while (code === connectionLost) {
    print("The connection was lost: it is opened again");
    const patient = commandLine(access, forwards, { isPatient: true });
    code = await forward(patient, () => {
      print("The addresses above answer again");
    });
  }
  throw new UserError(
    "KALISI-CONNECT-ENDED",
    `ssh has ended with exit code ${String(code)}, see above: where no key of yours is taken, npm start -- --keys-from FILE lets one in`,
  );
}

const connectionLost = "lost";

/**
 * Runs ssh until it ends.
 *
 * @param onUp is called when every forward is there
 * @returns its exit code, or that it has lost a connection that it had
 */
async function forward(
  words: readonly string[],
  onUp: () => void,
): Promise<number | null | typeof connectionLost> {
  const ssh = spawn("ssh", words, { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(ssh, "close") as Promise<[code: number | null]>;
  const seen = { up: false };
  // ssh runs the command below only when every forward is there: ExitOnForwardFailure.
  ssh.stdout.once("data", () => {
    seen.up = true;
    onUp();
  });
  const [code] = await ended.catch((error: unknown) => {
    throw new UserError(
      "KALISI-CONNECT-ENDED",
      `ssh cannot be run (${String(error)}): install OpenSSH's client`,
    );
  });
  // https://man.openbsd.org/ssh#EXIT_STATUS
  return seen.up && code === 255 ? connectionLost : code;
}

/** What is published on another machine, or on none: here it has the addresses that `npm start` has shown. */
function published({ published: ports, proxyCommand }: SshAccess): readonly Listener[] {
  if (proxyCommand === undefined) return [];
  return Object.entries(ports).map(([inside, outside]) => {
    const port = Number(inside);
    const wanted = { port, local: outside };
    if (port === sshContainerPort) {
      return { ...wanted, what: "A shell", address: (at) => `ssh -p ${at} kalisi@127.0.0.1` };
    }
    return port === gatewayContainerPort
      ? { ...wanted, what: "Kalisi", address: urlOf("https") }
      : { ...wanted, what: `Port ${port}`, address: (at) => `localhost:${at}` };
  });
}

/** The wanted port where it is free on this machine, else one that is. */
async function chooseForward({ what, address, port, local }: Listener): Promise<Forward> {
  const wanted = local ?? port;
  const chosen = (await isFree(wanted)) ? wanted : await anyPort();
  return {
    shown: `${`${what}:`.padEnd(17)}${address(chosen)}`,
    option: `127.0.0.1:${chosen}:127.0.0.1:${port}`,
  };
}

async function anyPort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

function commandLine(
  access: SshAccess,
  forwards: readonly Forward[],
  asked: HowToConnect = {},
): readonly string[] {
  const settings = [
    ...sshOptions(access, asked),
    ["ExitOnForwardFailure", "yes"],
    ["ServerAliveInterval", "15"],
  ].map((setting) => `-o${setting.join("=")}`);
  return [
    ...settings,
    ...(asked.isPatient === true ? patience : []),
    ...forwards.flatMap(({ option }) => ["-L", option]),
    access.host,
    // Ends when this process does, as its input is closed then.
    "echo; exec cat",
  ];
}
