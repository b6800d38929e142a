// count.mjs KEYS FILES: says how much there is, with what the database answers; runtime/.env is on standard input.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

const [keys, files] = process.argv.slice(2).map(Number);
const env = parseEnv(readFileSync(0, "utf8"));
const user = env.NEO4J_USERNAME || env.NEO4J_USER || "neo4j";
const login = Buffer.from(`${user}:${env.NEO4J_PASSWORD}`).toString("base64");
const statements = ["MATCH (n) RETURN count(n)", "MATCH ()-[r]->() RETURN count(r)"];
const database = env.NEO4J_DATABASE || "neo4j";
const answer = await fetch(`http://127.0.0.1:7474/db/${database}/tx/commit`, {
  method: "POST",
  headers: { authorization: `Basic ${login}`, "content-type": "application/json" },
  body: JSON.stringify({ statements: statements.map((statement) => ({ statement })) }),
  signal: AbortSignal.timeout(120_000),
});
const { errors = [], results } = await answer.json();
if (errors.length > 0) {
  console.error(`the database refuses to be counted: ${errors[0].message}`);
  process.exit(1);
}
const [nodes, relationships] = results.map(({ data }) => data[0].row[0]);
console.log(JSON.stringify({ nodes, relationships, keys, files }));
