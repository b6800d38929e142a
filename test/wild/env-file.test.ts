import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { good, withLine } from "../support/env-file";
import { tryRows, type Place, type Row } from "../support/wild";

// What a shell, dotenv, Compose and Node read in different ways:
// https://github.com/motdotla/dotenv#what-rules-does-the-parsing-engine-follow,
// https://docs.docker.com/compose/how-tos/environment-variables/variable-interpolation/#env-file-syntax,
// https://nodejs.org/api/environment_variables.html#env-files

const file = ({ clone }: Place) => join(clone.path, "examples", "source", ".env");

/** Has a content in the file's place. */
const having = (content: string | Buffer) => (place: Place) => {
  writeFileSync(file(place), content, { mode: 0o600 });
  return () => {
    rmSync(file(place), { recursive: true });
  };
};

const whole = good.join("\n");
const line = good.length + 1;
const refused = "Nothing was changed: 1 setting needs attention.";

/** A line more is refused, for itself alone and without its value. */
const more = (given: string, text: string, says: string, last: string): Row => ({
  given,
  put: having(`${whole}\n${text}\n`),
  typed: "env",
  says: `${refused}\n  examples/source/.env, line ${line}: ${says}  [`,
  last: `fix: ${last}`,
  hides: "canary",
});

const skipped = "expected NAME=value; it would be skipped silently";
const correct = "correct the line, or put # before it";
const differently = "programs read this value differently";
const quote = "put all of the value into one pair of quotes";

/** Another value of a name is refused, with the one that works. */
const value = (name: string, text: string, says: string, last: string): Row => ({
  given: `${name} as ${JSON.stringify(text)}`,
  put: having(withLine(name, `${name}=${text}`)),
  typed: "env",
  says: `${refused}\n  ${name} in examples/source/.env: ${says}`,
  last: `fix: ${last}`,
  hides: "canary",
});

const taken = "expected a port that nothing else in the container has";

/** A line more is all right, and what else is said of it. */
const accepted = (given: string, text: string, says = ""): Row => ({
  given,
  put: having(`${whole}\n${text}\n`),
  typed: "env",
  code: 0,
  says,
  last: "examples/source/.env has all that the services need.",
  hides: "canary",
});

const redis = "set REDIS_URL=redis://localhost:6379 in examples/source/.env";
const neo4j = "set NEO4J_URI=bolt://localhost:7687 in examples/source/.env";

tryRows([
  accepted("a whole file", ""),
  { ...accepted("CRLF", ""), put: having(`${good.join("\r\n")}\r\n`) },
  { ...accepted("no end of line at its end", ""), put: having(whole) },
  accepted("export", "export A=canary"),
  accepted("blanks about =", "A = canary"),
  accepted("$ without quotes", "A=$canary"),
  accepted("${} in quotes", 'A="${JWT_SECRET}canary"'),
  accepted("$() ", "A=$(id)canary"),
  accepted("several lines in double quotes", 'A="canary\ncanary"'),
  accepted("several lines in single quotes", "A='canary\ncanary'"),
  accepted("\\n in quotes", 'A="canary\\n"'),
  accepted("a comment after a blank", "A=b # canary"),
  accepted("a JSON value", `A='{"canary": 1}'`),
  accepted("unicode in a value", "A=grün"),
  accepted("UID, which a shell cannot set", "UID=1000"),
  accepted("GROUPS and EUID", "GROUPS=1\nEUID=0\nPPID=1\nRANDOM=canary"),
  accepted("IFS and POSIXLY_CORRECT", "IFS=canary\nPOSIXLY_CORRECT=1"),
  accepted("NODE_OPTIONS", "NODE_OPTIONS=--inspect"),
  accepted("PATH", "PATH=/canary", "not passed on to the services"),
  accepted("LD_PRELOAD", "LD_PRELOAD=/canary", "not passed on to the services"),
  accepted("a placeholder", "A_API_KEY=your_key_here", "still a placeholder: A_API_KEY"),
  accepted("a name twice, the same", "JWT_SECRET=a"),
  accepted("a name twice, different", "A=canary\nA=b", `line ${line + 1} is used`),
  {
    ...accepted("of others to read", ""),
    put: (place) => {
      const remove = having(whole)(place);
      chmodSync(file(place), 0o644);
      return remove;
    },
  },
  more("a name alone", "export canary", skipped, correct),
  more("set -a", "set -a", skipped, correct),
  more("a colon", "A: canary", skipped, correct),
  more("a dash in a name", "A-B=canary", skipped, correct),
  more("a dot in a name", "A.B=canary", skipped, correct),
  more("a digit first", "1A=canary", skipped, correct),
  more("unicode in a name", "GRÜN=canary", skipped, correct),
  more("source", ". ./canary.env", skipped, correct),
  more("an open quote", 'A="canary', "the quote is not closed", "close it"),
  more("# in a value", "A=b#canary", differently, quote),
  more("a quote within", 'A="b\\"canary"', differently, quote),
  more("words after a quote", 'A="b" canary', differently, quote),
  {
    ...more("a byte order mark", "", "", "save it as UTF-8 without one"),
    put: having(`\uFEFF${whole}`),
    says: `${refused}\n  examples/source/.env, line 1: begins with a byte order mark`,
  },
  ...(
    [
      ["UTF-16", Buffer.from(whole, "utf16le")],
      ["latin1", Buffer.from(`${whole}\nA=gr\xfcn`, "latin1")],
      ["a NUL byte", `${whole}\nA=can\0ary`],
    ] as const
  ).map(([given, content]) => ({
    given,
    put: having(content),
    typed: "env",
    says: "is not UTF-8 text",
    last: "fix: save it as UTF-8",
    hides: "canary",
  })),
  {
    given: "nothing",
    put: having(""),
    typed: "env",
    says: "JWT_SECRET in examples/source/.env: is missing",
    last: "fix: ",
  },
  {
    given: "a folder",
    put: (place) => {
      mkdirSync(file(place));
      return () => {
        rmSync(file(place), { recursive: true });
      };
    },
    typed: "env",
    says: "it is a directory",
    last: "fix: make it a file",
  },
  {
    given: "a link that leads nowhere",
    put: (place) => {
      symlinkSync("/nonexistent/.env", file(place));
      return () => {
        rmSync(file(place));
      };
    },
    typed: "env",
    says: "no such file or directory",
    last: "fix: make it a file",
  },
  {
    given: "two megabytes",
    put: having("#".repeat(2 * 1024 * 1024)),
    typed: "env",
    says: "is larger than 1 MiB",
    last: "fix: ",
  },
  {
    given: "another secret",
    put: having(`${whole}\nJWT_SECRET=canary`),
    typed: "env",
    says: "decides who gets in or where data goes",
    last: "fix: keep one of these lines",
    hides: "canary",
  },
  value("NEO4J_USERNAME", "canary", "must be neo4j", "set NEO4J_USERNAME=neo4j in"),
  value("NEO4J_DATABASE", "canary", "must be neo4j", "set NEO4J_DATABASE=neo4j in"),
  value("NEO4J_PASSWORD", "canary", "is shorter than", "choose a longer one"),
  value("NEO4J_URI", "bolt+s://localhost:7687", "asks for TLS", neo4j),
  value("NEO4J_URI", "neo4j+ssc://localhost:7687", "asks for TLS", neo4j),
  value("NEO4J_URI", "bolt://canary:7687", "leads elsewhere", neo4j),
  value("NEO4J_URI", "bolt://localhost:7474", "leads elsewhere", neo4j),
  value("NEO4J_URI", "http://canary", "expected an address", neo4j),
  value("REDIS_URL", "rediss://localhost:6379", "asks for TLS", redis),
  value("REDIS_URL", "redis://redis:6379", "leads elsewhere", redis),
  value("REDIS_URL", "redis://[::1]:6379", "leads elsewhere", redis),
  value("REDIS_URL", "redis://:canary@localhost", "has a user or a password", redis),
  value("REDIS_URL", "redis://localhost/99", "names a database", redis),
  value("REDIS_URL", "unix:///run/canary.sock", "expected an address", redis),
  value("MFA_REQUIRED", "yes", "expected true or false", "set MFA_REQUIRED=true"),
  value("ENABLE_HTTPS", "True", "must be true", "set ENABLE_HTTPS=true"),
  value("HTTPS_PORT", "443", "must be 8443", "set HTTPS_PORT=8443"),
  ...(
    [
      ["PORT=6379", taken, "set PORT=3000"],
      ["PORT=22", taken, "set PORT=3000"],
      ["PORT=http", taken, "set PORT=3000"],
      ["BIND_ADDRESS=127.0.0.1", "must be 0.0.0.0", "set BIND_ADDRESS=0.0.0.0"],
    ] as const
  ).map(([text, says, last]) => ({
    given: "what the published port cannot reach",
    put: having(`${whole}\n${text}`),
    typed: "env",
    says: `examples/source/.env: ${says}`,
    last: `fix: ${last}`,
  })),
  {
    given: "no file",
    put: () => undefined,
    typed: "env",
    code: 0,
    last: "has all that the services need.",
    makes: ["!! examples/source/.env"],
  },
]);
