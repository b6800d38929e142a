// Makes the database's password the one of runtime/.env (on standard input): on the first start, where
// Neo4j has its well-known default, and after a change. The last applied password is what opens the
// database then; it is kept in a file that only root can read, on Neo4j's own volume.
// Over HTTP on the loopback: no JVM, and no secret on a command line.
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { parseEnv } from "node:util";

const KEPT = "/data/neo4j/.kalisi/password";
const FIRST = "neo4j"; // https://neo4j.com/docs/operations-manual/5/configuration/set-initial-password/
const URL = "http://127.0.0.1:7474/db/system/tx/commit";

const env = parseEnv(readFileSync(0, "utf8"));
const user = env.NEO4J_USERNAME || env.NEO4J_USER || "neo4j";
const wanted = env.NEO4J_PASSWORD;

function stop(reason) {
  console.error(reason);
  process.exit(1);
}

function lastApplied() {
  try {
    return readFileSync(KEPT, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function keep(password) {
  mkdirSync("/data/neo4j/.kalisi", { recursive: true, mode: 0o700 });
  writeFileSync(`${KEPT}.new`, password, { mode: 0o600 });
  chmodSync(`${KEPT}.new`, 0o600);
  renameSync(`${KEPT}.new`, KEPT);
}

/** Runs statements as the user; the answer is Neo4j's list of errors, empty when it worked. */
async function run(password, statements) {
  const response = await fetch(URL, {
    method: "POST",
    headers: {
      authorization: `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ statements }),
    signal: AbortSignal.timeout(20_000),
  });
  return (await response.json()).errors;
}

// An empty list is enough to be let in or not, and wakes no query planner in a server just started.
const opens = async (password) => (await run(password, [])).length === 0;

/** False when `from` is not the password; anything else that fails is final. */
async function change(from) {
  const statement = "ALTER CURRENT USER SET PASSWORD FROM $from TO $to";
  const errors = await run(from, [{ statement, parameters: { from, to: wanted } }]);
  if (errors.length === 0) return true;
  if (errors.some((e) => e.code.startsWith("Neo.ClientError.Security."))) return false;
  return stop(
    `NEO4J_PASSWORD of runtime/.env cannot be set for user ${user}: ${errors[0].message}`,
  );
}

if (!wanted) stop("runtime/.env: NEO4J_PASSWORD is missing or empty");
const last = lastApplied();
// At most two attempts that may fail: Neo4j locks an account after three.
if (last === wanted ? await opens(wanted) : last !== undefined && (await change(last))) {
  if (last !== wanted) console.log(`password of user ${user} changed to the one of runtime/.env`);
} else if (last !== wanted && (await opens(wanted))) {
  if (last !== undefined) console.log("the database already has the password of runtime/.env");
} else if (last === undefined && (await change(FIRST))) {
  console.log(`first password of user ${user} set from runtime/.env`);
} else {
  stop(
    `NEO4J_PASSWORD of runtime/.env does not open the database on the kalisi-neo4j volume for user ${user}: ` +
      "put the password back that the volume was last used with, start once, and then change it",
  );
}
keep(wanted);
