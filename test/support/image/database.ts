import { exampleSettings } from "./declared";
import type { TestContainer } from "./container";

/** In each password, so that it is found wherever it leaks, however it is escaped there. */
export const canary = "Canary71";

export const passwords = {
  first: `${canary} it's "so" \\n back\\slash # hash $HOME üñ€ end`,
  second: `#${canary}-second=${"x".repeat(80)}`,
  third: `${canary}-third`,
  unknown: `${canary}-set-by-hand`,
} as const;

/** Runtime settings with a password, quoted as in a .env file. */
export function settingsWith(password: string): string {
  return exampleSettings().replace(/^NEO4J_PASSWORD=.*$/m, () => `NEO4J_PASSWORD=\`${password}\``);
}

/** The real database of a container; `start` and `restartWith` are for one without auto-start. */
export class Database {
  constructor(private readonly kalisi: TestContainer) {}

  /** Starts it; resolves once it has its password. */
  async start(): Promise<void> {
    await this.kalisi.ask("s6-svc", "-wU", "-T", "200000", "-u", "/run/service/neo4j");
  }

  /** What `up` does after an edit of .env: a new container on the same volumes. */
  async restartWith(password: string): Promise<void> {
    await this.kalisi.recreate({ settings: settingsWith(password) });
    await this.kalisi.untilPrepared();
    await this.start();
  }

  /** What it answers to a statement. */
  async query(
    password: string,
    statement: string,
    { database = "neo4j", parameters = {} } = {},
  ): Promise<string> {
    const login = Buffer.from(`neo4j:${password}`).toString("base64");
    return this.kalisi.ask(
      ...["curl", "--silent", "--header", `Authorization: Basic ${login}`],
      ...["--json", JSON.stringify({ statements: [{ statement, parameters }] })],
      `http://127.0.0.1:7474/db/${database}/tx/commit`,
    );
  }

  /** Whether it lets in whoever has a password. */
  async opens(password: string): Promise<boolean> {
    const answer = await this.query(password, "RETURN 'let in'");
    if (!/"let in"|Security\.(Unauthorized|AuthenticationRateLimit)/.test(answer)) {
      throw new Error(`Neo4j answers ${answer}`);
    }
    return answer.includes('"let in"');
  }

  async alterByHand(from: string, to: string): Promise<void> {
    const statement = "ALTER CURRENT USER SET PASSWORD FROM $from TO $to";
    const parameters = { from, to };
    const answer = await this.query(from, statement, { database: "system", parameters });
    if (!answer.includes('"errors":[]')) {
      throw new Error(`Neo4j answers ${answer}`);
    }
  }
}
