import { dirname } from "node:path";
import { readMachineProfile, writeMachineProfile } from "../../config/machine-profile";
import { engineKeepsNeighboursOut } from "../../config/engine/neighbours";
import { dropInText } from "../../cli/setup/drop-in";
import { addRuleCommand } from "../../cli/setup/firewall";
import { eventually } from "../support/eventually";
import { NetworkNamespace, runAsRoot } from "../support/e2e/network-namespace";
import { SecondEngine } from "../support/e2e/second-engine";
import { Session } from "../support/e2e/session";
import { stackBeside } from "../support/e2e/stack";
import { shellLines, useTinyImage } from "../support/e2e/tiny-image";
import { story } from "../support/story";

// Who reaches a container's ports: the Engine's machine, and a neighbour, which is another host on its network
// segment that sends it packets for others. Both are namespaces with networks of their own, the neighbour's behind a
// cable; the commands run on the Engine's.
const minutes = 60_000;
jest.setTimeout(3 * minutes);

const step = story(3 * minutes);

const ports = [22, 8443, 7474];
/** Listens on the ports, the last of which is not published. */
const listener = `for (${ports.join(",")}) {
  next if fork;
  $SIG{TERM} = sub { exit };
  my $s = IO::Socket::INET->new(LocalPort => $_, Listen => 5, ReuseAddr => 1) or die;
  while (1) { my $c = $s->accept; print $c "hello" if $c }
}
$SIG{TERM} = sub { kill 15, -1; exit };
wait while 1;`.replaceAll("\n", " ");
const [engineAddress, neighbourAddress] = ["198.51.100.1", "198.51.100.2"];

const engine = new SecondEngine();
const machine = engine.network;
const neighbour = new NetworkNamespace();
let user: Session;
/** Whether the Engine lets neighbours in. */
let isOpen: boolean;

beforeAll(async () => {
  user = new Session(await stackBeside("neighbour"));
  const start = `CMD ${JSON.stringify(["perl", "-MIO::Socket::INET", "-e", listener])}`;
  useTinyImage(user.clone, [...shellLines, start]);
  await Promise.all([user.prepare(), engine.start(), neighbour.start()]);
  await engine.copyImages("kalisi/debian:trixie", "ubuntu:24.04");
  await user.set({ "kalisi:dockerHost": engine.uri });
  isOpen = !engineKeepsNeighboursOut((await engine.docker.version()).Version);
  machine.join(neighbour, engineAddress, neighbourAddress);
  neighbour.run("ip", "route", "add", "default", "via", engineAddress);
  // So that it sends to the machine what is for 127.0.0.1.
  neighbour.run("sysctl", "--quiet", "--write", "net.ipv4.conf.all.route_localnet=1");
  neighbour.run("ip", "address", "del", "127.0.0.1/8", "dev", "lo");
  neighbour.run("ip", "route", "add", "127.0.0.0/8", "via", engineAddress);
  await neighbour.listen(9999);
}, 20 * minutes);

afterAll(async () => {
  await neighbour.end();
  await engine.stop();
  const owner = `${String(process.getuid?.())}:${String(process.getgid?.())}`;
  runAsRoot("chown", "--recursive", owner, dirname(user.clone.path));
  await user.end();
});

const container = () => engine.docker.getContainer(user.stack.names.container);

/** Runs one of the commands on the Engine's machine, as root. */
function run(verb: string, options = "") {
  const line = `npm run --silent ${verb} -- --stack ${user.stack.name} ${options}`;
  return user.sh(machine.line(line));
}

/** How it ends to connect to the container's ports: by its address, and by what is published on 127.0.0.1. */
async function connect(from: NetworkNamespace): Promise<readonly string[]> {
  const { Networks } = (await container().inspect()).NetworkSettings;
  const address = Networks[user.stack.names.network]?.IPAddress ?? "";
  return Promise.all([
    ...ports.map((port) => from.connect(address, port)),
    from.connect("127.0.0.1", user.stack.sshPort),
    from.connect("127.0.0.1", user.stack.gatewayPort),
  ]);
}

const all = (how: string) => Array<string>(5).fill(how);

/** Waits for the container that the Engine starts with itself. */
const isBack = () =>
  eventually(30, async () => {
    const how = await connect(machine);
    return how.every((each) => each === "connected") ? undefined : how.join(", ");
  });

/** What the container gets from a connection that it opens itself. */
async function fromInside(): Promise<string> {
  const script = `print IO::Socket::INET->new("${neighbourAddress}:9999")->getline`;
  const exec = await container().exec({
    Cmd: ["timeout", "10", "perl", "-MIO::Socket::INET", "-e", script],
    AttachStdout: true,
    Tty: true,
  });
  const stream = await exec.start({ Tty: true });
  return (await stream.toArray()).join("");
}

/** The firewall's rules of ours. */
const rules = () =>
  machine
    .run("iptables", "-S")
    .split("\n")
    .filter((line) => line.includes("kalisi-stack"));

const removeRule = () =>
  machine.run("sh", "-c", `${addRuleCommand.replace(" -I ", " -D ")} || true`);

const anyRule = expect.stringContaining("-A DOCKER-USER -o kalisi-+ ") as string;

async function neighboursOfStatus(): Promise<unknown> {
  const { output } = await run("status", "--json 2>../stderr");
  return (JSON.parse(output) as { machine: { neighbours?: unknown } }).machine.neighbours;
}

describe("an Engine that somebody else has installed", () => {
  step(
    "lets a neighbour in if it is older than 28, and npm start changes nothing of that",
    async () => {
      expect(await run("start")).toMatchObject({ code: 0 });
      expect(rules()).toStrictEqual([]);
      // What is not published, too: the kernel forwarded packets before there was a firewall.
      expect(await connect(neighbour)).toStrictEqual(all(isOpen ? "connected" : "timed out"));
      expect(await connect(machine)).toStrictEqual(all("connected"));
    },
  );

  step("is told of by status, with the command that keeps neighbours out", async () => {
    expect(await neighboursOfStatus()).toStrictEqual(
      isOpen ? { version: expect.any(String) as string, keepOut: addRuleCommand } : undefined,
    );
    machine.run("sh", "-c", addRuleCommand);
    expect(await connect(neighbour)).toStrictEqual(all("timed out"));
    expect(await neighboursOfStatus()).toBeUndefined();
  });

  step(
    "is reached from its own machine all the same, and its containers reach others",
    async () => {
      expect(await connect(machine)).toStrictEqual(all("connected"));
      expect(await fromInside()).toBe("hello");
    },
  );
});

describe("an Engine that set-up has installed", () => {
  step("lets no neighbour in after npm start", async () => {
    removeRule();
    const profile = readMachineProfile(user.clone.path);
    writeMachineProfile(user.clone.path, { ...profile, installedEngine: engine.uri });
    expect(await run("start")).toMatchObject({ code: 0 });
    expect(rules()).toStrictEqual(isOpen ? [anyRule] : []);
    expect(await connect(neighbour)).toStrictEqual(all("timed out"));
    expect(await connect(machine)).toStrictEqual(all("connected"));
    expect(await fromInside()).toBe("hello");
  });

  step(
    "has one rule for it, added again where it is missing, though set-up chooses anew",
    async () => {
      removeRule();
      expect(await run("start", "--setup")).toMatchObject({ code: 0 });
      expect(rules()).toStrictEqual(isOpen ? [anyRule] : []);
      expect(await run("start")).toMatchObject({ code: 0 });
      expect(rules()).toStrictEqual(isOpen ? [anyRule] : []);
    },
  );

  step("keeps it when it is started again", async () => {
    await engine.restart();
    expect(rules()).toStrictEqual(isOpen ? [anyRule] : []);
    await isBack();
    expect(await connect(neighbour)).toStrictEqual(all("timed out"));
  });

  step("has it from the boot on, before its first container", async () => {
    const line = /-c '(.+)'/.exec(dropInText)?.[1] ?? "";
    await engine.restart(() => {
      machine.run("sh", "-c", "iptables -F; iptables -X; iptables -t nat -F; iptables -t nat -X");
      machine.run("sh", "-c", line);
    });
    expect(rules()).toStrictEqual([anyRule]);
    expect(machine.run("iptables", "-S", "FORWARD")).toMatch(/^-P .+\n-A FORWARD -j DOCKER-USER\n/);
    await isBack();
    expect(await connect(neighbour)).toStrictEqual(all("timed out"));
  });

  step("has it until the last stack's network is gone", async () => {
    const other = await engine.docker.createNetwork({
      Name: "other",
      Options: { "com.docker.network.bridge.name": "kalisi-0123abcd" },
    });
    const { name } = user.stack;
    expect(await run("wipe", `--confirm ${name}`)).toMatchObject({ code: 0 });
    expect(rules()).toStrictEqual([anyRule]);
    await other.remove();
    expect(await run("wipe", `--confirm ${name}`)).toMatchObject({ code: 0 });
    expect(rules()).toStrictEqual([]);
  });
});
