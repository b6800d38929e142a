// ask.mjs: asks the database over HTTP on the loopback, as the services do; runtime/.env is on standard input.
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { parseEnv } from "node:util";

const env = parseEnv(readFileSync(0, "utf8"));
const user = env.NEO4J_USERNAME || env.NEO4J_USER || "neo4j";
const login = Buffer.from(`${user}:${env.NEO4J_PASSWORD}`).toString("base64");
const transactions = `http://127.0.0.1:7474/db/${env.NEO4J_DATABASE || "neo4j"}/tx`;
const ANSWER_MS = 600_000;
// A database that was large, or was not closed, takes its time to open after the server is up.
const OPENING_MS = 60_000;

/**
 * Runs statements in a transaction. Returns the rows of each, and the address of the transaction, if it is left open.
 * Throws an error with Neo4j's own words: nothing of the transaction is left then.
 *
 * path: "/commit" for a transaction of its own, "" for one that is left open; or an address that was returned
 * body: https://neo4j.com/docs/http-api/5/actions/, as JSON
 */
export async function ask(path, body) {
  const url = path.startsWith("http") ? path : transactions + path;
  for (const began = performance.now(); ;) {
    const response = await fetch(url, {
      method: "POST",
      headers: { authorization: `Basic ${login}`, "content-type": "application/json" },
      body,
      signal: AbortSignal.timeout(ANSWER_MS),
    }).catch(({ cause, message }) => {
      throw new Error(`the database does not answer: ${cause?.message ?? message}`);
    });
    const { errors = [], results = [], commit } = await response.json();
    const [error] = errors;
    if (error === undefined) {
      const rows = results.map(({ data }) => data.map(({ row }) => row));
      return { rows, transaction: commit?.replace(/\/commit$/, "") };
    }
    if (!error.code.endsWith(".DatabaseUnavailable") || performance.now() - began > OPENING_MS) {
      throw new Error(`the database refuses it: ${error.message}`);
    }
    await pause(500);
  }
}

/** Ends with a line that says why. */
export function fail(error) {
  console.error(error.message);
  process.exit(1);
}
