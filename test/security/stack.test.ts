import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "dotenv";
import { Session } from "../support/e2e/session";
import { stackBeside } from "../support/e2e/stack";
import { writeText } from "../support/files";
import { testInside } from "./inside";
import { testNetwork } from "./network";
import { testSecrets, type Canary } from "./secrets";

// The attack surface of one stack, brought up with plain Pulumi.
const minutes = 60_000;
jest.setTimeout(3 * minutes);

const source = "examples/source";

let user: Session;
let output: string;
const canaries: Canary[] = [];

beforeAll(async () => {
  user = new Session(await stackBeside("security"));
  await user.prepare();
  plantSecrets();
  const up = await user.up();
  if (up.code !== 0) throw new Error(up.output);
  ({ output } = up);
}, 20 * minutes);

afterAll(() => user.end());

/** Puts secrets of the test's own wherever users have some. */
function plantSecrets(): void {
  const plant = (what: string) => {
    const text = `canary-${randomBytes(12).toString("hex")}`;
    canaries.push({ what, text });
    return text;
  };
  const settings = join(user.clone.path, source, ".env");
  const marked = readFileSync(settings, "utf8").replace(
    /^((?:\w+_)?(?:SECRET|PASSWORD|API_KEY))=.*$/gm,
    (_, name: string) => `${name}=${plant(`${name} of .env`)}`,
  );
  writeFileSync(settings, marked);
  for (const [name, value] of Object.entries(parse(marked))) {
    if (name.endsWith("KEY") && !value.startsWith("canary-")) {
      canaries.push({ what: `${name} of .env`, text: value });
    }
  }
  const address = `https://me:${plant("token in git's remote")}@git.example/kalisi.git`;
  execFileSync("git", ["remote", "set-url", "origin", address], { cwd: user.clone.path });
  for (const file of [".npmrc", "id_rsa", "deploy.pem", ".cargo/credentials.toml", ".netrc"]) {
    writeText(join(user.clone.path, source, file), plant(file));
  }
}

describe("the network", () => {
  testNetwork(() => user);
});

describe("inside", () => {
  testInside(() => user);
});

describe("secrets", () => {
  testSecrets(
    () => user,
    () => canaries,
    () => output,
  );
});
