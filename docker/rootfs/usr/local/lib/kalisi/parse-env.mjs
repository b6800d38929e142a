// parse-env.mjs [REQUIRED...]: reads a .env file on standard input and writes NAME=value pairs, each
// ended by a zero byte. Node's parser is the only one in the container, so that the database and the
// services can never get different values (Rust's and JavaScript's dotenv differ in comments, "$" and
// duplicate names). If two lines have the same name, the last one counts.
import { readFileSync } from "node:fs";
import { parseEnv } from "node:util";

const file = "/workspace/runtime/.env";
const QUOTES = ["'", '"', "`"];

/** The number of the first line that is not a setting, if any: Node's parser skips such a line silently. */
function badLine(text) {
  const lines = text.split("\n");
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at].trim();
    if (line === "" || line.startsWith("#")) continue;
    const value = /^(?:export\s+)?[A-Za-z_]\w*\s*=\s*(.*)$/.exec(line)?.[1];
    if (value === undefined) return at + 1;
    const quote = value[0];
    if (!QUOTES.includes(quote) || value.indexOf(quote, 1) > 0) continue;
    // A quoted value may span several lines.
    const end = lines.findIndex((later, index) => index > at && later.includes(quote));
    if (end < 0) return at + 1;
    at = end;
  }
  return undefined;
}

const text = readFileSync(0, "utf8");
const bad = badLine(text);
if (bad !== undefined) {
  // Never print the line itself: it may contain a secret.
  console.error(`${file}, line ${bad}: expected NAME=value, with quotes that close`);
  process.exit(1);
}
const values = parseEnv(text);
const missing = process.argv.slice(2).filter((name) => !values[name]);
if (missing.length > 0) {
  console.error(`${file}: ${missing.join(", ")} missing or empty`);
  process.exit(1);
}
// Names that decide which program runs are not taken from a settings file.
const dropped = /^(?:PATH|HOME|ENV|BASH_ENV|LD_\w*)$/;
for (const [name, value] of Object.entries(values)) {
  if (dropped.test(name)) continue;
  process.stdout.write(`${name}=${value}\0`);
}
