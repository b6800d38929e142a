import { execFile } from "node:child_process";
import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, symlinkSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { tmpdir } from "node:os";
import { promisify } from "node:util";
import { runAsRoot } from "../e2e/network-namespace";
import { freePort } from "../e2e/probe";
import { makeControlGroup, removeControlGroup } from "./control-groups";
import { startControlPlane } from "./control-plane";
import { Identities } from "./identities";
import { makeTinyImage } from "./image";
import { freeNetwork } from "./free-network";
import { Machine } from "./machine";
import { startNode } from "./node";
import { offeredVolumes, tinyImage, type AccessMode } from "./objects";
import { publish, startRegistry } from "./registry";

const runFile = promisify(execFile);

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
  /** Such as `127.0.0.1:5000`: by this name the Engine and all nodes know a registry, which needs no password. */
  registry = "";
  private registryInCluster = "";
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
    const port = await freePort();
    this.registry = `127.0.0.1:${port}`;
    this.registryInCluster = `${this.network}.1:${port}`;
    await startRegistry(this.leader, this.registry, this.registryInCluster);
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
    makeControlGroup(cgroup);
    const registries = { [this.registry]: this.registryInCluster };
    const place = { address, podSubnet: `10.89.${number}.0/24`, cgroup, registries };
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
   * Has nodes find an image of the Engine's that the tests run on.
   *
   * @returns by what a pod names it: `127.0.0.1:PORT/NAME@sha256:...`
   */
  publish(image: string): Promise<string> {
    return publish(this.registry, image);
  }

  /**
   * Offers volumes to claims that name no class, each of which gets one once a pod wants it.
   *
   * @param size such as `1Gi`
   * @param mode which a claim has to have as well: a volume has this one, or others
   */
  async offerVolumes(count: number, size: string, mode?: AccessMode): Promise<void> {
    await this.apply(...offeredVolumes(this.storage, count, size, mode));
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
    removeControlGroup(`/${basename(this.folder)}`);
    runAsRoot("rm", "-rf", this.folder);
    const problems = ends.flatMap((end) => (end.status === "rejected" ? [String(end.reason)] : []));
    if (problems.length > 0) throw new Error(problems.join("\n"));
  }
}
