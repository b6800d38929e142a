import { docker } from "../../support/e2e/probe";
import { fault } from "../../support/faults/fault";
import type { Outcome } from "../../support/faults/matrix";
import { Patient } from "../../support/faults/patient";

jest.setTimeout(600_000);

/** Whatever the project writes on the volumes, but for the sources and Neo4j's and Redis' own data. */
const files = [
  "/workspace/.kalisi/template.state",
  "/workspace/.kalisi/certificate",
  "/workspace/.kalisi/stamps/rust",
  "/workspace/.kalisi/stamps/rust.quick",
  "/workspace/.kalisi/stamps/frontend",
  "/workspace/.kalisi/stamps/frontend.quick",
  "/workspace/start.sh",
  "/workspace/status.sh",
  "/workspace/stop.sh",
  "/workspace/bin/kalisi-gateway",
  "/workspace/bin/agent-runtime-service",
  "/workspace/bin/neo4j-ui",
  "/workspace/runtime/frontend/dist/index.html",
  "/workspace/runtime/certs/fullchain.pem",
  "/workspace/runtime/certs/privkey.pem",
  "/workspace/runtime/logs/neo4j/current",
  "/data/neo4j/.kalisi/password",
  "/data/neo4j/.kalisi/written-by",
  "/data/neo4j/.kalisi/launch/*[^t]",
  "/data/neo4j/.kalisi/launch/*.digest",
  "/data/neo4j/data/server_id",
  "/home/kalisi/.ssh-host-keys/ssh_host_ed25519_key",
  "/home/kalisi/.ssh-host-keys/ssh_host_ed25519_key.pub",
];

let patient: Patient;
/** What an ordinary start says. */
let usual: ReadonlySet<string>;

beforeAll(async () => {
  patient = await Patient.start();
  usual = new Set(await saidBy(restart));
}, 600_000);

afterAll(() => patient.remove());

async function restart(): Promise<void> {
  await docker.getContainer(patient.kalisi.names.container).restart();
  await patient.kalisi.untilHealthy();
}

/** What the image's own programs say meanwhile, without what varies. */
async function saidBy(work: () => Promise<unknown>): Promise<readonly string[]> {
  const before = await patient.kalisi.log();
  await work();
  const { stdout, stderr } = await patient.kalisi.log();
  const said = stdout.slice(before.stdout.length) + stderr.slice(before.stderr.length);
  const own = /^(?:[\w-]+: )?(?:prepare|start\.sh|launch|password|container-entrypoint): .*$/gm;
  return (said.match(own) ?? []).map((line) => line.replaceAll(/SHA256:\S+|\d{2,}/g, "N"));
}

/** Cuts a file to a part of its size, and starts the container again. */
async function cut(file: string, half: 0 | 1): Promise<Outcome> {
  const path = await patient.kalisi.ask("bash", "-c", `set -- ${file}; echo "$1"`);
  const [owner = "", text] = (await patient.kalisi.ask("stat", "--format=%U %s", path)).split(" ");
  // Root in the container may not do everything to the files of others.
  const asOwner = async (script: string) => {
    const ended = await patient.kalisi.runAs(owner, "sh", "-euc", script, "-", path);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
  };
  const size = Number(text);
  const whole = `/tmp/whole-${owner}`;
  expect(size).toBeGreaterThan(0);
  const length = Math.floor((size * half) / 2);
  let said: readonly string[] = [];
  const outcome = await patient.survive({
    strike: async () => {
      // Not in its place, which a program that runs could not be.
      const script = `cp -p "$1" "$1.cut"; truncate --size=${length} "$1.cut"; mv "$1.cut" "$1"`;
      await asOwner(`cp -p "$1" ${whole}; ${script}`);
      said = await saidBy(restart);
    },
    sees: () => Promise.resolve(""),
  });
  // What is the user's own stays as it is.
  if (Number(await patient.kalisi.ask("stat", "--format=%s", path)) === length) {
    await asOwner(`cp -p ${whole} "$1"`);
  }
  const news = said.filter((line) => !usual.has(line));
  return {
    ...outcome,
    sees: news.length === 0 ? "nothing" : `\`docker logs\`: ${news.join("; ")}`,
  };
}

for (const file of files) {
  for (const [half, how] of [
    [0, "nothing"],
    [1, "half"],
  ] as const) {
    fault("A file is cut short", `${file}, to ${how}`, () => cut(file, half));
  }
}
