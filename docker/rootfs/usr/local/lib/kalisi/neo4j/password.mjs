// password.mjs [reset]: sets the database's password to the one of runtime/.env (on standard input): on the
// first start, when Neo4j has its well-known default, and after a change. To log in after a change, it uses
// the password that was last applied, which is kept in a file that only root can read, on Neo4j's own volume.
// With reset, the server lets everybody in, and no password is needed.
// It works over HTTP on the loopback: no JVM, and no secret on a command line.
import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { parseEnv } from "node:util";
import { moveIntoPlace, replaceFile, setFolderAside } from "../record.mjs";

const FOLDER = "/data/neo4j/.kalisi";
const KEPT = `${FOLDER}/password`;
// Written before the database is changed, so that after an interruption both passwords it may have are known.
const PENDING = `${FOLDER}/password.pending`;
// Made by prepare/restored.sh.
const DUE = `${FOLDER}/password.due`;
const FIRST = "neo4j"; // https://neo4j.com/docs/operations-manual/5/configuration/set-initial-password/
const URL = "http://127.0.0.1:7474/db/system/tx/commit";
const PATIENCE_MS = 60_000;
// A new server on a busy machine takes its time for its first login. When a start has taken too long is for start.sh to say.
const ANSWER_MS = 120_000;
// What the health check says of a Neo4j that is not ready yet.
const WAITING = "/run/kalisi/neo4j.waiting";

const env = parseEnv(readFileSync(0, "utf8"));
const user = env.NEO4J_USERNAME || env.NEO4J_USER || "neo4j";
const wanted = env.NEO4J_PASSWORD;

function stop(reason) {
  console.error(reason);
  process.exit(1);
}

function read(path) {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return undefined;
    throw error;
  }
}

function write(path, password) {
  mkdirSync(FOLDER, { recursive: true, mode: 0o700 });
  replaceFile(path, password, { mode: 0o600 });
}

/** Runs statements, as the user if a password is given. Returns Neo4j's list of errors. */
async function run(password, statements) {
  const login = Buffer.from(`${user}:${password}`).toString("base64");
  const request = {
    method: "POST",
    headers: {
      ...(password === undefined ? {} : { authorization: `Basic ${login}` }),
      "content-type": "application/json",
    },
    body: JSON.stringify({ statements }),
  };
  for (const began = performance.now(); ;) {
    const response = await fetch(URL, { ...request, signal: AbortSignal.timeout(ANSWER_MS) }).catch(
      (error) => stop(`the database does not answer: ${error.message}`),
    );
    const { errors } = await response.json();
    const are = (pattern) => errors.some(({ code }) => pattern.test(code));
    if (are(/\.AuthenticationRateLimit$/)) {
      // After three wrong passwords Neo4j refuses everybody for five seconds, whatever the password. Whoever goes on with
      // wrong ones would be in time each time, if this asked less often.
      const told = `user ${user} is locked after wrong passwords: waiting until nobody tries any more`;
      writeFileSync(WAITING, `${told}\n`);
      await pause(100);
    } else if (are(/^Neo\.TransientError\./) && performance.now() - began < PATIENCE_MS) {
      await pause(1000);
    } else {
      rmSync(WAITING, { force: true });
      return errors;
    }
  }
}

/** Whether a password is the database's. Runs no statement, so as not to start the query planner of a new server. */
async function opens(password) {
  const [error] = await run(password, []);
  if (error === undefined) return true;
  if (error.code.endsWith(".Unauthorized")) return false;
  return stop(`the database refuses user ${user}: ${error.message}`);
}

async function findOpener(candidates) {
  for (const password of new Set(candidates)) {
    if (password && (await opens(password))) return password;
  }
  return stop(
    `NEO4J_PASSWORD of runtime/.env does not open the database on the kalisi-neo4j volume for user ${user}, ` +
      "nor does any password that it was given here: put the right one into .env, or see " +
      '"The database password" in docs/operations.md',
  );
}

async function change(password, statement, parameters) {
  write(PENDING, wanted);
  const [error] = await run(password, [{ statement, parameters }]);
  if (error !== undefined) {
    stop(`NEO4J_PASSWORD of runtime/.env cannot be set for user ${user}: ${error.message}`);
  }
  moveIntoPlace(PENDING, KEPT);
}

if (!wanted) stop("runtime/.env: NEO4J_PASSWORD is missing or empty");
for (const path of [KEPT, PENDING]) setFolderAside(path);
if (process.argv[2] === "reset") {
  const statement = "ALTER USER $user SET PASSWORD $to CHANGE NOT REQUIRED";
  // By way of another one: Neo4j refuses to set the one that the user has.
  await run(undefined, [{ statement, parameters: { user, to: randomUUID() } }]);
  await change(undefined, statement, { user, to: wanted });
  rmSync(DUE, { force: true });
  console.log(`password of user ${user} reset to the one of runtime/.env`);
} else {
  const kept = read(KEPT);
  const opener = await findOpener([kept, read(PENDING), wanted, FIRST]);
  if (opener !== kept) write(KEPT, opener);
  if (opener !== wanted) {
    const statement = "ALTER CURRENT USER SET PASSWORD FROM $from TO $to";
    await change(opener, statement, { from: opener, to: wanted });
    console.log(
      opener === FIRST
        ? `first password of user ${user} set from runtime/.env`
        : `password of user ${user} changed to the one of runtime/.env`,
    );
  } else if (kept !== undefined && kept !== wanted) {
    console.log("the database already has the password of runtime/.env");
  }
  rmSync(PENDING, { force: true });
}
