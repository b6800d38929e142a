import { execFile, execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { runAsRoot } from "../e2e/network-namespace";
import { startControlPlane } from "./control-plane";
import { Identities } from "./identities";
import { makeTinyImage } from "./image";
import { Machine } from "./machine";
import { pauseImage, startNode } from "./node";

const runFile = promisify(execFile);

/** The image that a pod of a test can have: see `tiny/main.go`. */
export const tinyImage = pauseImage;

const controlGroups = "/sys/fs/cgroup";

/** The first network of 10.88.0.0/16 that no route of this machine leads into. */
function freeNetwork(): string {
  const routes = execFileSync("ip", ["route", "show"], { encoding: "utf8" });
  const numbers = Array.from({ length: 255 }, (_, number) => `10.88.${number}`);
  const free = numbers.find((network) => !routes.includes(`${network}.`));
  if (free === undefined) throw new Error("all networks of 10.88.0.0/16 are in use");
  return free;
}

/**
 * A Kubernetes cluster on this machine: one machine that leads it, and those that are its nodes, on a network of
 * their own, which this one is on as well.
 */
export class Cluster {
  readonly nodes: readonly Machine[];
  /** How a user of the cluster is told it. */
  readonly kubeconfig: string;
  /** A folder for PATH, with the cluster's own kubectl. */
  readonly bin: string;
  /** What each pod's volumes of the kind hostPath may be in: all nodes see it, as storage that moves along. */
  readonly storage: string;
  /** All files of it. Its name is in all that it has on this machine. */
  readonly folder: string;
  private readonly network = freeNetwork();
  private readonly leader: Machine;
  private readonly identities: Identities;
  private image = "";
  private cables = 0;

  /**
   * @param kubernetes the program, from `buildKubernetes`
   * @param names of the nodes
   */
  constructor(
    private readonly kubernetes: string,
    names: readonly string[],
  ) {
    this.folder = mkdtempSync(join(tmpdir(), "kalisi-cluster-"));
    this.storage = this.own("storage");
    const machine = (name: string) => new Machine(name, this.own(name));
    this.leader = machine("leader");
    this.nodes = names.map(machine);
    const secrets = this.own("secrets");
    this.identities = new Identities(secrets, `https://${this.network}.1:6443`, names);
    this.kubeconfig = this.identities.kubeconfig("admin");
    this.bin = this.own("bin");
    symlinkSync(kubernetes, join(this.bin, "kubectl"));
  }

  private own(name: string): string {
    const path = join(this.folder, name);
    mkdirSync(path, { mode: 0o700 });
    return path;
  }

  /** Starts all of it, and returns once each node can have pods. */
  async start(): Promise<void> {
    await this.startLeader();
    await Promise.all(this.nodes.map((node) => this.startNode(node)));
    await this.kubectl("wait", "--for=create", "serviceaccount/default", "--timeout=60s");
  }

  private async startLeader(): Promise<void> {
    this.image = await makeTinyImage(this.folder, tinyImage);
    await this.leader.start();
    this.leader.link(..."link add nodes type bridge".split(" "));
    this.leader.link("address", "add", `${this.network}.1/24`, "dev", "nodes");
    this.leader.link("link", "set", "nodes", "up");
    this.connect(process.pid, this.hostDevice);
    runAsRoot("ip", "address", "add", `${this.network}.254/24`, "dev", this.hostDevice);
    runAsRoot("ip", "link", "set", this.hostDevice, "up");
    await startControlPlane(this.leader, this.kubernetes, this.identities, `${this.network}.1`);
  }

  /** How this machine is on the cluster's network. */
  get hostDevice(): string {
    return `kalisi-${this.network.split(".")[2] ?? ""}`;
  }

  /** Lays a cable from the leader's bridge to where a process is, which has its end by that name. */
  private connect(pid: number, end: string): void {
    // The name of one that was lost is not free at once.
    const port = `port-${this.cables++}`;
    const cable = `link add ${port} type veth peer name ${end} netns ${pid}`;
    this.leader.link(...cable.split(" "));
    this.leader.link("link", "set", port, "master", "nodes", "up");
  }

  /** Starts a node, for the first time or after its end. */
  async startNode(node: Machine): Promise<void> {
    const number = this.nodes.indexOf(node);
    const address = `${this.network}.${10 + number}`;
    const cgroup = `/${basename(this.folder)}/${node.name}`;
    await node.start();
    this.connect(node.pid, "cable");
    node.link("address", "add", `${address}/24`, "dev", "cable");
    node.link("link", "set", "cable", "up");
    node.link("route", "add", "default", "via", `${this.network}.1`);
    runAsRoot("mkdir", "-p", ...hierarchies().map((path) => join(path, cgroup)));
    const place = { address, podSubnet: `10.89.${number}.0/24`, cgroup };
    await startNode(node, this.kubernetes, this.identities, place, [this.image]);
    const resource = `node/${node.name}`;
    await this.kubectl("wait", "--for=create", resource, "--timeout=60s");
    await this.kubectl("wait", "--for=condition=Ready", resource, "--timeout=120s");
  }

  /** By which a plain `kubectl` is the cluster's own, speaks to it as its administrator, and leaves the user's files alone. */
  get environment(): Readonly<Record<string, string>> {
    return {
      PATH: `${this.bin}:${process.env["PATH"] ?? ""}`,
      KUBECONFIG: this.kubeconfig,
      KUBECACHEDIR: join(this.folder, "cache"),
      KUBERC: "off",
    };
  }

  /**
   * Runs kubectl as the cluster's administrator, and returns its output.
   *
   * @throws with what it says, if it fails
   */
  async kubectl(...words: readonly string[]): Promise<string> {
    const env = { ...process.env, ...this.environment };
    const run = await runFile("kubectl", [...words], { env });
    return run.stdout;
  }

  /** Declares objects, or makes those that are there like them. */
  async apply(...items: readonly object[]): Promise<void> {
    const path = join(this.folder, `${randomUUID()}.json`);
    writeFileSync(path, JSON.stringify({ apiVersion: "v1", kind: "List", items }));
    await this.kubectl("apply", "--filename", path);
  }

  /**
   * Ends all of it, and removes what it has left.
   *
   * @throws if one of its programs has ended by itself before
   */
  async end(): Promise<void> {
    if (existsSync(`/sys/class/net/${this.hostDevice}`)) {
      runAsRoot("ip", "link", "delete", this.hostDevice);
    }
    const machines = [...this.nodes, this.leader];
    const ends = await Promise.allSettled(machines.map((machine) => machine.end()));
    const groups = hierarchies().map((path) => join(path, basename(this.folder)));
    const left = groups.filter((path) => existsSync(path));
    if (left.length > 0) runAsRoot("find", ...left, "-depth", "-type", "d", "-delete");
    runAsRoot("rm", "-rf", this.folder);
    const problems = ends.flatMap((end) => (end.status === "rejected" ? [String(end.reason)] : []));
    if (problems.length > 0) throw new Error(problems.join("\n"));
  }
}

/** Where the kernel's control groups are: one place, or one for each controller. */
function hierarchies(): readonly string[] {
  if (existsSync(join(controlGroups, "cgroup.controllers"))) return [controlGroups];
  return readdirSync(controlGroups)
    .map((name) => join(controlGroups, name))
    .filter((path) => existsSync(join(path, "cgroup.procs")));
}
