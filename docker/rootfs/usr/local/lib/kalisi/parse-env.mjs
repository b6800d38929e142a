// parse-env.mjs [REQUIRED...]: reads a .env file on standard input and writes NAME=value pairs, each
// ended by a zero byte. Node's parser is the only one in the container, so that what the database is
// told and what the services are told can never differ (Rust's and JavaScript's dotenv do differ, in
// comments, "$" and duplicate names).
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

const values = parseEnv(readFileSync(0, "utf8"));
const missing = process.argv.slice(2).filter((name) => !values[name]);
if (missing.length > 0) {
  console.error(`/workspace/runtime/.env: ${missing.join(", ")} missing or empty`);
  process.exit(1);
}
for (const [name, value] of Object.entries(values)) {
  process.stdout.write(`${name}=${value}\0`);
}
