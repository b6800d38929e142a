import { readFileSync } from "node:fs";
import { clusterNames } from "../../../config/cluster/cluster-names";
import type { Pod } from "../../../config/cluster/objects";
import type { Ended } from "../e2e/clone";
import { Session } from "../e2e/session";
import { stackBeside } from "../e2e/stack";
import type { Cluster } from "./cluster";

/** A fresh clone whose stack is in a cluster of the test's, and what its user does with it. */
export class ClusterSession {
  readonly namespace: string;
  /** What all commands of it have said. */
  said = "";

  private constructor(
    readonly user: Session,
    private readonly cluster: Cluster,
  ) {
    this.namespace = `kalisi-${user.stack.name}`;
  }

  /** @param image by its digest */
  static async make(cluster: Cluster, prefix: string, image: string): Promise<ClusterSession> {
    const session = new ClusterSession(new Session(await stackBeside(prefix)), cluster);
    await session.user.prepare();
    await session.user.set({
      "kalisi:target": "kubernetes",
      "kalisi:kubernetes.context": "test",
      "kalisi:kubernetes.storage.size": "1g",
      "kalisi:image.pull": image,
    });
    return session;
  }

  async run(command: string, rest = ""): Promise<Ended> {
    const line = `npm run --silent ${command} -- --stack ${this.user.stack.name} ${rest}`;
    const ended = await this.user.sh(line, this.cluster.environment);
    this.said += ended.output;
    return ended;
  }

  /** Brings it up, and returns what that has said. */
  async start(): Promise<string> {
    const { code, output } = await this.run("start");
    if (code !== 0) throw new Error(`it has failed:\n${output}`);
    return output;
  }

  /** What a start is refused or fails with. */
  async refusal(): Promise<string> {
    const { code, output } = await this.run("start");
    // A user's mistake or lack, in words.
    if (code !== 1 || /^ +at /m.test(output)) throw new Error(`it ended with ${code}:\n${output}`);
    return output;
  }

  kubectl(...words: readonly string[]): Promise<string> {
    return this.cluster.kubectl("--namespace", this.namespace, ...words);
  }

  inside(...command: readonly string[]): Promise<string> {
    return this.kubectl("exec", clusterNames.pod, "--", ...command);
  }

  async pod(): Promise<Pod & { readonly metadata: { readonly uid: string } }> {
    const text = await this.kubectl("get", "pod", clusterNames.pod, "--output=json");
    return JSON.parse(text) as Awaited<ReturnType<ClusterSession["pod"]>>;
  }

  /** The names of its objects of some kinds, each with its kind. */
  async parts(...kinds: readonly string[]): Promise<readonly string[]> {
    const names = await this.kubectl("get", kinds.join(","), "--output=name");
    return names.trim().split("\n").sort();
  }

  /** Runs a statement in Neo4j, inside, and returns its answer. */
  async cypher(statement: string): Promise<string> {
    const data = JSON.stringify({ statements: [{ statement }] });
    const user = `neo4j:${this.user.secrets().NEO4J_PASSWORD}`;
    const answer = await this.inside(
      ...["curl", "--silent", "--user", user, "--header", "Content-Type: application/json"],
      ...["--data", data, "http://127.0.0.1:7474/db/neo4j/tx/commit"],
    );
    if (!answer.includes('"errors":[]')) throw new Error(`Neo4j refused: ${answer}`);
    return answer;
  }

  /** The text of the stack's state. */
  state(): string {
    const { clone, stack } = this.user;
    return readFileSync(
      `${clone.path}/.pulumi-state/.pulumi/stacks/kalisi/${stack.name}.json`,
      "utf8",
    );
  }

  async end(): Promise<void> {
    await this.user.end();
  }
}
