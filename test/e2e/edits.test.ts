import { randomBytes } from "node:crypto";
import { chmodSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "dotenv";
import { writeText } from "../support/files";
import { docker } from "../support/e2e/probe";
import { Session } from "../support/e2e/session";
import { stackBeside } from "../support/e2e/stack";
import { nameInUrn } from "../../config/urn";

// One `up`, then plans alone: each edit is planned and undone again.
const minutes = 60_000;
jest.setTimeout(2 * minutes);

const source = "examples/source";
const envFile = `${source}/.env`;
const neo4jConf = "config/neo4j/neo4j.conf";
/** Of the 22 resources, what another container brings with it. */
const newContainer = {
  "build-network-set": "replace",
  "container-run": "replace",
  "health-wait": "replace",
  "limit-set": "replace",
  "ssh-keys-authorize": "replace",
};
const newImage = { "image-build": "update", ...newContainer };
const otherKeys = { "ssh-keys-authorize": "update" };
const nothing = {};

let user: Session;
/** The secrets in .env, each a value that is nowhere else. */
let canaries: readonly string[];

beforeAll(async () => {
  user = new Session(await stackBeside("edits"));
  await user.prepare();
  const path = join(user.clone.path, envFile);
  const marked = readFileSync(path, "utf8").replace(
    /^((?:\w+_)?(?:SECRET|PASSWORD|API_KEY))=.*$/gm,
    (_, name: string) => `${name}=canary-${randomBytes(12).toString("hex")}`,
  );
  writeFileSync(path, marked);
  canaries = Object.entries(parse(marked)).flatMap(([name, value]) =>
    /(SECRET|PASSWORD|KEY)$/.test(name) ? [value] : [],
  );
  const { code, output } = await user.plain("up --yes --skip-preview");
  if (code !== 0) throw new Error(output);
}, 20 * minutes);

afterAll(() => user.end());

/** What an edit asks of Pulumi, and how it is undone. */
interface Edit {
  readonly options?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly undo?: () => void;
}

/** Edits a file, as an editor does that writes it anew. */
function edit(file: string, change: (text: string) => string): () => Edit {
  return () => {
    const path = join(user.clone.path, file);
    const original = readFileSync(path, "utf8");
    writeFileSync(path, change(original));
    return {
      undo: () => {
        writeFileSync(path, original);
      },
    };
  };
}

const append = (file: string, line: string) => edit(file, (text) => `${text}${line}\n`);

/** Sets a key of the stack's configuration. */
function set(path: string, value: string | (() => string)): () => Edit {
  return () => {
    const settings = edit(`Pulumi.${user.stack.name}.yaml`, (text) => text)();
    const text = typeof value === "string" ? value : value();
    return { ...settings, options: `--config-path --config 'kalisi:${path}=${text}'` };
  };
}

const environment = (env: Readonly<Record<string, string>>) => () => ({ env });

function keys(...paths: readonly (() => string)[]): () => Edit {
  return () => {
    const path = join(user.clone.path, "..", "keys", "listed.pub");
    writeText(path, `# mine\n\n${paths.map((of) => readFileSync(of(), "utf8")).join("")}`);
    return { env: { KALISI_KEYS_FROM: path } };
  };
}

/** Beside the port, which each stack's settings have under the same key. */
function noKeys(): Edit {
  return edit(`Pulumi.${user.stack.name}.yaml`, (text) =>
    text.replace(/^( *)kalisi:ssh:\n/m, '$&$1  authorizedKeys: ""\n'),
  )();
}

const mine = () => `${user.key}.pub`;
const strangers = () => `${user.strangersKey}.pub`;

const main = `${source}/frontend/src/main.ts`;

function touch(): Edit {
  const path = join(user.clone.path, main);
  const hourAgo = new Date(Date.now() - 3_600_000);
  utimesSync(path, hourAgo, hourAgo);
  return {};
}

function otherMode(): Edit {
  const path = join(user.clone.path, main);
  const { mode } = statSync(path);
  chmodSync(path, mode ^ 0o111);
  return {
    undo: () => {
      chmodSync(path, mode);
    },
  };
}

function leaveProduct(): Edit {
  writeText(join(user.clone.path, source, "target", "debug", "built"), "by cargo");
  return {};
}

function sameConfElsewhere(): Edit {
  const path = join(user.clone.path, "..", "neo4j.conf");
  writeText(path, readFileSync(join(user.clone.path, neo4jConf), "utf8"));
  return set("neo4j.conf", path)();
}

/** Plans what is edited now; gives what would not stay the same, resource by resource. */
async function plan({ options = "", env }: Edit): Promise<Record<string, string>> {
  const file = join(user.clone.path, "..", "plan.json");
  const { code, output } = await user.plain(`preview --json ${options} > '${file}'`, env);
  const text = readFileSync(file, "utf8");
  if (code !== 0) throw new Error(`${output}${text}`);
  expect(canaries.filter((canary) => text.includes(canary))).toStrictEqual([]);
  const { steps } = JSON.parse(text) as { steps: readonly { op: string; urn: string }[] };
  const changes = steps.filter(({ op }) => op !== "same" && op !== "refresh");
  return Object.fromEntries(changes.map(({ op, urn }) => [nameInUrn(urn), op]));
}

test.each<[string, () => Edit, Readonly<Record<string, string>>]>([
  ["nothing", () => ({}), nothing],
  ["autoStart", set("autoStart", "false"), newContainer],
  ["autoStart, by the environment", environment({ KALISI_AUTO_START: "false" }), newContainer],
  ["autoStart, to its default", set("autoStart", "true"), nothing],
  [
    "an environment variable to its key's value",
    environment({ KALISI_AUTO_START: "true" }),
    nothing,
  ],
  ["sudo", set("sudo", "true"), newContainer],
  ["agent forwarding", set("ssh.agentForwarding", "true"), newContainer],
  ["the memory", set("resources.memory", "4g"), newContainer],
  ["how many processes may run", set("resources.processes", "2048"), { "limit-set": "update" }],
  ["SSH's port", set("ssh.port", () => String(user.stack.sshPort + 1)), newContainer],
  [
    "the gateway's port",
    set("gateway.port", () => String(user.stack.gatewayPort + 1)),
    newContainer,
  ],
  ["how long a start may take", set("timeouts.healthySeconds", "400"), newContainer],
  ["how long a stop may take", set("timeouts.stopSeconds", "100"), newContainer],
  // Built anew, as the Engine has no image of that name.
  [
    "the image's tag",
    set("image.name", "kalisi/all-in-one:edited"),
    { ...newImage, "image-build": "replace" },
  ],
  ["a key added", keys(mine, strangers), otherKeys],
  ["a key in another's place", keys(strangers), otherKeys],
  ["every key taken out", noKeys, otherKeys],
  ["a comment beside the same key", keys(mine), nothing],
  [
    "a value in .env",
    edit(envFile, (text) => text.replace("RUST_LOG=info", "RUST_LOG=debug")),
    newContainer,
  ],
  ["a setting in neo4j.conf", append(neo4jConf, "db.tx_log.rotation.size=128M"), newContainer],
  ["a comment in neo4j.conf, which is mounted as it is", append(neo4jConf, "# seen"), newContainer],
  ["the same neo4j.conf at another path", sameConfElsewhere, newContainer],
  ["a source file", append(main, "// edited"), newImage],
  ["a source file's mode", otherMode, newImage],
  ["a source file's time alone", touch, nothing],
  ["what a build leaves in the source tree", leaveProduct, nothing],
  ["the Dockerfile", append("docker/Dockerfile", "# edited"), newImage],
  [
    "a file beside the Dockerfile that no image sees",
    append("docker/.hadolint.yaml", "# edited"),
    nothing,
  ],
  ["the documentation", append("docs/architecture.md", "Edited."), nothing],
  ["the program's own text", append("components/ports.ts", "// edited"), nothing],
])("%s", async (_, make, expected) => {
  const made = make();
  try {
    expect(await plan(made)).toStrictEqual(expected);
  } finally {
    made.undo?.();
  }
});

test("all edits undone, nothing is planned, and a refresh finds nothing", async () => {
  expect(await user.plain("preview --expect-no-changes")).toMatchObject({ code: 0 });
  expect(await user.plain("refresh --yes --expect-no-changes")).toMatchObject({ code: 0 });
});

test("no secret of .env is in the state, the container, its log or the image's history", async () => {
  expect(canaries.length).toBeGreaterThan(5);
  const file = join(user.clone.path, "..", "state.json");
  await user.plain(`stack export --show-secrets --file '${file}'`);
  const container = docker.getContainer(user.stack.names.container);
  const inspected = await container.inspect();
  const seen = {
    state: readFileSync(file, "utf8"),
    container: JSON.stringify(inspected),
    log: (await container.logs({ stdout: true, stderr: true })).toString(),
    image: JSON.stringify(await docker.getImage(inspected.Image).inspect()),
    history: JSON.stringify(await docker.getImage(inspected.Image).history()),
  };
  expect(seen.state).toContain("kalisi.digest.env");
  expect(seen.log).toContain("neo4j");
  for (const [where, text] of Object.entries(seen)) {
    expect([where, canaries.filter((canary) => text.includes(canary))]).toStrictEqual([where, []]);
  }
});
