import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type AddressInfo } from "node:net";
import { Command } from "@commander-js/extra-typings";
import { isFree } from "../../config/engine/host-ports";
import { readSshAccess, sshOptions, type SshAccess } from "../container/ssh-access";
import { stackOption, type StackOption } from "../options";
import { print } from "../output";
import { UserError } from "../user-error";

export const declare = (root: string) =>
  new Command("connect")
    .description("forwards Neo4j and neo4j-ui to 127.0.0.1, through SSH, until Ctrl-C")
    .addOption(stackOption())
    .action((options) => connect(root, options));

/** What listens inside the container's own loopback only: docker/rootfs/usr/local/lib/kalisi/checks. */
const listeners = [
  { what: "Neo4j's browser", scheme: "http", port: 7474 },
  { what: "Bolt", scheme: "bolt", port: 7687 },
  { what: "neo4j-ui", scheme: "http", port: 8081 },
] as const;

interface Forward {
  readonly shown: string;
  readonly option: string;
}

/** Forwards by ssh, and prints the addresses once they answer. */
async function connect(root: string, options: StackOption): Promise<void> {
  const access = await readSshAccess(root, options);
  const forwards = await Promise.all(listeners.map(chooseForward));
  const ssh = spawn("ssh", commandLine(access, forwards), { stdio: ["pipe", "pipe", "inherit"] });
  const ended = once(ssh, "close") as Promise<[code: number | null]>;
  // ssh runs the command below only when every forward is there: ExitOnForwardFailure.
  ssh.stdout.once("data", () => {
    for (const { shown } of forwards) print(shown);
    print("Until Ctrl-C; the user is neo4j, with NEO4J_PASSWORD of .env");
  });
  const [code] = await ended.catch((error: unknown) => {
    throw new UserError(
      "KALISI-CONNECT-ENDED",
      `ssh cannot be run (${String(error)}): install OpenSSH's client`,
    );
  });
  throw new UserError(
    "KALISI-CONNECT-ENDED",
    `ssh has ended with exit code ${String(code)}, see above: where no key of yours is taken, npm start -- --keys-from FILE lets one in`,
  );
}

/** The listener's own port where it is free on this machine, else one that is. */
async function chooseForward({ what, scheme, port }: (typeof listeners)[number]): Promise<Forward> {
  const local = (await isFree(port)) ? port : await anyPort();
  return {
    shown: `${`${what}:`.padEnd(17)}${scheme}://localhost:${local}`,
    option: `127.0.0.1:${local}:127.0.0.1:${port}`,
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

function commandLine(access: SshAccess, forwards: readonly Forward[]): readonly string[] {
  const settings = [
    ...sshOptions(access),
    ["ExitOnForwardFailure", "yes"],
    ["ServerAliveInterval", "15"],
  ].map((setting) => `-o${setting.join("=")}`);
  return [
    ...settings,
    ...forwards.flatMap(({ option }) => ["-L", option]),
    access.host,
    // Ends when this process does, as its input is closed then.
    "echo; exec cat",
  ];
}
