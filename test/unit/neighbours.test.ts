import { createServer, type Server } from "node:http";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { release, tmpdir } from "node:os";
import { join } from "node:path";
import {
  engineKeepsNeighboursOut,
  letsNeighboursIn,
  type EngineInfo,
} from "../../config/engine/neighbours";
import { dropInText, hasDropIn, removeDropIn, writeDropIn } from "../../cli/setup/drop-in";
import { addRuleCommand } from "../../cli/setup/firewall";
import {
  findOpenToNeighbours,
  keepNeighboursOut,
  tellOfNeighbours,
} from "../../cli/setup/neighbours";
import type * as DropIn from "../../cli/setup/drop-in";
import { run } from "../../cli/process";
import { writeText } from "../support/files";

// No command is run: one of these would change this machine's firewall.
jest.mock("../../cli/process");

/** Whether systemd of this machine adds the rule. */
let mockHasDropIn = false;
jest.mock("../../cli/setup/drop-in", () => {
  const actual = jest.requireActual<typeof DropIn>("../../cli/setup/drop-in");
  const hasDropIn = (path?: string) =>
    path === undefined ? mockHasDropIn : actual.hasDropIn(path);
  return { ...actual, hasDropIn };
});

// Whether neighbours are kept out, judged and said; test/e2e/neighbours shows that they are.

test.each([
  ["28.0.0", true],
  ["28.0.0-rc.1", true],
  ["29.1.2", true],
  ["27.5.1", false],
  ["26.1.5+dfsg1", false],
  ["20.10.24+dfsg1", false],
  ["dev", false],
  [undefined, false],
])("Engine %s keeps neighbours out itself: %s", (version, keepsOut) => {
  expect(engineKeepsNeighboursOut(version)).toBe(keepsOut);
});

const local = { uri: "unix:///var/run/docker.sock" };
const old = {
  ServerVersion: "27.5.1",
  OperatingSystem: "Ubuntu 24.04.1 LTS",
  KernelVersion: "6.8.0-1",
  SecurityOptions: ["name=seccomp,profile=builtin"],
};

test.each<[string, { readonly uri: string }, EngineInfo, boolean]>([
  ["of this machine", local, old, true],
  ["that names no security options", local, { ...old, SecurityOptions: null }, true],
  ["28", local, { ...old, ServerVersion: "28.0.0" }, false],
  ["on another machine", { uri: "ssh://me@far" }, old, false],
  ["behind a port", { uri: "tcp://10.0.0.1:2375" }, old, false],
  ["of Docker Desktop", local, { ...old, OperatingSystem: "Docker Desktop" }, false],
  ["in a virtual machine", local, { ...old, KernelVersion: "6.1.0-vm" }, false],
  ["without root", local, { ...old, SecurityOptions: ["name=rootless"] }, false],
])("whether an Engine %s lets neighbours in", (_, host, info, isOpen) => {
  expect(letsNeighboursIn(host, info, "6.8.0-1")).toBe(isOpen);
});

describe("on a machine", () => {
  let folder: string;
  let server: Server;
  let version: string;
  let said: string;
  /** The firewall, which has a place for one rule, and what was asked of it. */
  let rule: string | undefined;
  let calls: string[];
  /** As if set-up had installed the Engine, or not. */
  const where = (isInstalled: boolean) => {
    const engine = { uri: `unix://${join(folder, "docker.sock")}` };
    return { engine, profile: isInstalled ? { installedEngine: engine.uri } : {} };
  };
  const file = (name: string) => join(folder, name);
  const beUser = (id: number) => jest.spyOn(process, "getuid").mockReturnValue(id);

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), "kalisi-neighbours-"));
    version = "27.5.1";
    said = "";
    [rule, mockHasDropIn] = [undefined, false];
    calls = [];
    server = createServer((_, response) => {
      const facts = { ServerVersion: version, Version: version, KernelVersion: release() };
      response.setHeader("Content-Type", "application/json").end(JSON.stringify(facts));
    });
    await new Promise<void>((resolve) => server.listen(file("docker.sock"), resolve));
    jest.mocked(run).mockImplementation((program, args) => {
      const [, , action = ""] = args;
      calls.push(action);
      if (action === "-C" && rule === undefined) return Promise.reject(new Error("no rule"));
      if (action === "-I") rule = [program, ...args].join(" ");
      if (action === "-D") rule = undefined;
      return Promise.resolve("");
    });
    jest.spyOn(process.stdout, "write").mockImplementation((text) => {
      said += String(text);
      return true;
    });
    beUser(0);
  });

  afterEach(async () => {
    jest.restoreAllMocks();
    await new Promise((resolve) => server.close(resolve));
    rmSync(folder, { recursive: true });
  });

  test("whose Engine set-up has installed, the rule is added, once, and that is said once", async () => {
    await keepNeighboursOut(where(true));
    expect(rule).toBe(addRuleCommand);
    await keepNeighboursOut(where(true));
    expect(calls).toStrictEqual(["-C", "-I", "-C"]);
    expect(said).toBe(
      "Firewall: a rule keeps neighbours out (Docker Engine 27.5.1 would let them in)\n",
    );
  });

  test("it is removed once the Engine does without, and that is said once", async () => {
    await keepNeighboursOut(where(true));
    [version, said] = ["28.1.0", ""];
    await keepNeighboursOut(where(true));
    expect(rule).toBeUndefined();
    await keepNeighboursOut(where(true));
    expect(said).toBe(
      "Firewall: the rule against neighbours is removed (Docker Engine 28.1.0 keeps them out)\n",
    );
  });

  test("a firewall that refuses it keeps nothing from starting, and is quoted", async () => {
    jest.mocked(run).mockRejectedValue(new Error("No such chain."));
    await keepNeighboursOut(where(true));
    expect(said).toBe("Firewall: the rule against neighbours is not changed: No such chain.\n");
  });

  test.each([
    ["somebody else has installed its Engine", 0, false],
    ["set-up runs without root", 1000, true],
  ])("nothing is changed where %s", async (_, id, isInstalled) => {
    beUser(id);
    await keepNeighboursOut(where(isInstalled));
    expect(calls).toStrictEqual([]);
    expect(said).toBe("");
  });

  test.each([
    [1000, "sudo iptables -w 5 -I DOCKER-USER -o kalisi-+ "],
    [0, "iptables -w 5 -I DOCKER-USER -o kalisi-+ "],
  ])("with another's Engine, user %s is told the command", async (id, command) => {
    beUser(id);
    await tellOfNeighbours(where(false));
    const [fact, way] = said.split("\n");
    expect(fact).toBe(
      "Neighbours: other hosts on the same network segment can reach the container's ports (Docker Engine 27.5.1; 28 keeps them out)",
    );
    expect(way).toContain(`  To keep them out, if that is not done yet: ${command}`);
  });

  test("nobody is told where the rule is there, or the Engine keeps them out", async () => {
    rule = addRuleCommand;
    await tellOfNeighbours(where(false));
    rule = undefined;
    beUser(1000);
    mockHasDropIn = true;
    await tellOfNeighbours(where(false));
    mockHasDropIn = false;
    version = "28.0.0";
    await tellOfNeighbours(where(false));
    expect(said).toBe("");
  });

  test("set-up says nothing of what npm start does itself; status does, until it is done", async () => {
    await tellOfNeighbours(where(true));
    expect(said).toBe("");
    const open = await findOpenToNeighbours(where(true));
    expect(open).toStrictEqual({ version: "27.5.1", keepOut: "npm start" });
    await keepNeighboursOut(where(true));
    expect(await findOpenToNeighbours(where(true))).toBeUndefined();
  });

  test("what systemd does before the Engine starts is written once, and removed once", () => {
    const dropIn = file("docker.service.d/kalisi-stack.conf");
    expect([hasDropIn(dropIn), removeDropIn(dropIn)]).toStrictEqual([false, false]);
    expect([writeDropIn(dropIn), writeDropIn(dropIn)]).toStrictEqual([true, false]);
    expect(hasDropIn(dropIn)).toBe(true);
    writeText(dropIn, "# of an older version\n");
    expect([hasDropIn(dropIn), writeDropIn(dropIn)]).toStrictEqual([false, true]);
    expect([removeDropIn(dropIn), removeDropIn(dropIn)]).toStrictEqual([true, false]);
  });
});

test("docs/operations.md has the command, and what systemd is given", () => {
  const text = readFileSync(join(__dirname, "..", "..", "docs", "operations.md"), "utf8");
  const wanted = [`\nsudo ${addRuleCommand}\n`, `\n${dropInText}`];
  expect(wanted.filter((each) => !text.includes(each))).toStrictEqual([]);
});
