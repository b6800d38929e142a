import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "dotenv";
import { makeClone, makeKeyPair, type Clone, type Ended } from "./clone";
import { imageName, plainStack } from "../../../config/names";
import {
  ask,
  docker,
  execIn,
  removeEverything,
  removeImage,
  ssh,
  withKey,
  type Answer,
} from "./probe";
import { configFile, type TestStack } from "./stack";
import { writeText } from "../files";

/** The tree that the tests know the answers of, on every machine. */
const source = "examples/source";

/** A fresh clone with a stack of its own, and what its user does with it. */
export class Session {
  readonly key: string;
  readonly strangersKey: string;
  /** The gateway's self-signed certificate, once it runs. */
  certificate = "";

  /** @param clone another session's, for a stack beside that one's */
  constructor(
    readonly stack: TestStack,
    readonly clone: Clone = makeClone(),
  ) {
    const keys = join(clone.path, "..", "keys");
    this.key = makeKeyPair(keys, `mine-${stack.name}`);
    this.strangersKey = makeKeyPair(keys, `strangers-${stack.name}`);
  }

  /** Gives the stack its ports, where they are not the defaults. */
  async prepare(): Promise<void> {
    if (Object.keys(this.stack.config).length > 0) {
      const file = join(this.clone.path, `Pulumi.${this.stack.name}.yaml`);
      writeText(file, configFile(this.stack.config));
      await this.sh(`npm run pulumi -- stack select --create ${this.stack.name}`);
    }
  }

  async end(): Promise<void> {
    await removeEverything(this.stack.names);
    if (this.stack.name !== plainStack) {
      await removeImage(imageName(this.stack.name));
    }
    this.clone.remove();
  }

  /** The names of the stack's volumes. */
  get volumes(): readonly string[] {
    return Object.values(this.stack.names.volumes);
  }

  /** What every command of the session is given. */
  get env(): Readonly<Record<string, string>> {
    return { KALISI_SOURCE: source, KALISI_KEYS_FROM: `${this.key}.pub` };
  }

  sh(line: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.clone.sh(line, { ...this.env, ...env });
  }

  start(options = `--keys-from '${this.key}.pub'`): Promise<Ended> {
    return this.sh(`npm start -- --stack ${this.stack.name} ${options}`);
  }

  stop(): Promise<Ended> {
    return this.sh(`npm stop -- --stack ${this.stack.name}`);
  }

  status(): Promise<Ended> {
    return this.sh(`npm run status -- --stack ${this.stack.name}`);
  }

  /** Plain Pulumi, as somebody types it who has it. */
  plain(command: string, env: Readonly<Record<string, string>> = {}): Promise<Ended> {
    return this.sh(`. .kalisi/activate && pulumi ${command} --stack ${this.stack.name}`, env);
  }

  /** Plain `pulumi up`, without the preview before it. */
  up(options = ""): Promise<Ended> {
    return this.plain(`up --yes --skip-preview ${options}`);
  }

  /** Sets config keys by their paths, those of one value each. */
  async set(values: Readonly<Record<string, string | number>>): Promise<void> {
    const pairs = Object.entries(values).map(([path, value]) => `--plaintext '${path}=${value}'`);
    await this.plain(`config set-all --path ${pairs.join(" ")}`);
  }

  gateway(path: string): Promise<Answer> {
    return ask(`https://127.0.0.1:${this.stack.gatewayPort}${path}`, this.certificate);
  }

  /** Runs a command in the container as root and returns its output. */
  inside(...command: readonly string[]): Promise<string> {
    return execIn(this.stack.names.container, ...command);
  }

  ssh(command: string, options = withKey(this.key), timeout?: number): Promise<string> {
    return ssh(this.stack.sshPort, options, command, timeout);
  }

  inspect() {
    return docker.getContainer(this.stack.names.container).inspect();
  }

  /** The generated secrets, to look for where they must not be. */
  secrets(): { readonly JWT_SECRET: string; readonly NEO4J_PASSWORD: string } {
    const { JWT_SECRET, NEO4J_PASSWORD } = parse(
      readFileSync(join(this.clone.path, source, ".env")),
    );
    if (JWT_SECRET === undefined || NEO4J_PASSWORD === undefined) {
      throw new Error("the generated .env lacks a secret");
    }
    return { JWT_SECRET, NEO4J_PASSWORD };
  }

  /** Runs a statement through Neo4j's own HTTP API, inside, and returns its answer. */
  async cypher(statement: string): Promise<string> {
    const answer = await this.inside(
      "curl",
      ...["--silent", "--user", `neo4j:${this.secrets().NEO4J_PASSWORD}`],
      ...["--header", "Content-Type: application/json"],
      ...["--data", JSON.stringify({ statements: [{ statement }] })],
      "http://127.0.0.1:7474/db/neo4j/tx/commit",
    );
    if (!answer.includes('"errors":[]')) {
      throw new Error(`Neo4j refused: ${answer}`);
    }
    return answer;
  }

  /** Leaves a mark on each of the four volumes. */
  async write(mark: string): Promise<void> {
    await this.cypher(`CREATE (:E2e {value: '${mark}'})`);
    await this.inside("redis-cli", "SET", "e2e", mark);
    await this.ssh(`echo ${mark} > /workspace/e2e; echo ${mark} > ~/e2e`);
  }

  /** What {@link write} left, volume by volume. */
  async readBack(): Promise<readonly string[]> {
    const rows = await this.cypher("MATCH (n:E2e) RETURN n.value");
    return [
      /"row":\["(\w+)"\]/.exec(rows)?.[1] ?? "no such node",
      await this.inside("redis-cli", "--raw", "GET", "e2e"),
      await this.ssh("cat /workspace/e2e"),
      await this.ssh("cat ~/e2e"),
    ];
  }
}
