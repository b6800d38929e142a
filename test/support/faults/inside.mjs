// Runs inside a container: writes to Neo4j and Redis without end, and prints a line for each write that was
// acknowledged, whatever becomes of the stores meanwhile. Ends with its standard input. With `read` it prints,
// in the same form, what the stores have.
//
//   neo4j ID     a transaction of its own that made a node
//   set ID       a key
//   xadd ID      an entry of a stream, by the id that Redis gave it
//   incr NUMBER  what a counter came to; in what the stores have, what it is
//   error TEXT   a write that was refused or not answered, where it is another text than before
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";

const [mode, run] = process.argv.slice(1);
const login = Buffer.from(`neo4j:${process.env.NEO4J_PASSWORD}`).toString("base64");
/** So that the writes load the stores, not the machine. In milliseconds. */
const pace = 4;
/** After which a store is taken for hung; all that it has takes longer. In milliseconds. */
const patience = mode === "read" ? 60_000 : 10_000;

const say = (...words) => process.stdout.write(`${words.join(" ")}\n`);

async function cypher(statement, parameters = {}) {
  const answer = await fetch("http://127.0.0.1:7474/db/neo4j/tx/commit", {
    method: "POST",
    headers: { Authorization: `Basic ${login}`, "Content-Type": "application/json" },
    body: JSON.stringify({ statements: [{ statement, parameters }] }),
    signal: AbortSignal.timeout(patience),
  });
  const { errors = [], results } = await answer.json();
  if (errors.length > 0) throw new Error(errors[0].message);
  return results[0].data.map(({ row }) => row[0]);
}

/** A connection to Redis; the function that it is sends one command and returns the answer's value. */
async function openRedis() {
  const socket = connect(6379, "127.0.0.1");
  socket.setTimeout(patience, () => socket.destroy(new Error("Redis does not answer")));
  await once(socket, "connect");
  const lines = createInterface({ input: socket });
  const answers = lines[Symbol.asyncIterator]();
  // The iterator ends with the connection, whatever ended it.
  socket.on("error", () => lines.close());
  const line = async () => {
    const { done, value } = await answers.next();
    if (done) throw new Error("Redis closed the connection");
    return value;
  };
  return async (...words) => {
    socket.write(`${words.join(" ")}\r\n`);
    const answer = await line();
    if (answer.startsWith("-")) throw new Error(answer.slice(1));
    return answer.startsWith("$") ? line() : answer.slice(1);
  };
}

/** Repeats a write for ever; `open` makes what it writes with, anew after each error. */
async function keepWriting(open, write) {
  for (let number = 0, last; ;) {
    try {
      const tool = await open();
      for (;;) {
        say(...(await write(tool, `${run}-${(number += 1)}`)));
        last = undefined;
        await pause(pace);
      }
    } catch (error) {
      const text = `${error.message} ${error.cause?.message ?? ""}`.trim().replaceAll(/\s+/g, " ");
      if (text !== last) say("error", (last = text));
      await pause(50);
    }
  }
}

if (mode === "read") {
  const redis = (...words) =>
    execFileSync("redis-cli", ["--raw", ...words], { encoding: "utf8", maxBuffer: 2 ** 30 });
  for (const id of await cypher("MATCH (f:Fault) RETURN f.id")) say("neo4j", id);
  for (const [key] of redis("KEYS", "fault:*").matchAll(/(?<=^fault:).+$/gm)) say("set", key);
  const entries = redis("XRANGE", "fault-stream", "-", "+").matchAll(/^\d+-\d+$/gm);
  for (const [id] of entries) say("xadd", id);
  say("incr", redis("GET", "fault-count").trim() || "0");
} else {
  process.stdin.resume().once("end", () => process.exit(0));
  keepWriting(
    () => cypher,
    async (query, id) => (await query("CREATE (:Fault {id: $id})", { id }), ["neo4j", id]),
  );
  keepWriting(
    openRedis,
    async (redis, id) => (await redis("SET", `fault:${id}`, "1"), ["set", id]),
  );
  keepWriting(openRedis, async (redis, id) => [
    "xadd",
    await redis("XADD", "fault-stream", "*", "of", id),
  ]);
  keepWriting(openRedis, async (redis) => ["incr", await redis("INCR", "fault-count")]);
}
