import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/image/declared";
import { Session } from "../support/e2e/session";
import { stackBeside } from "../support/e2e/stack";
import { story } from "../support/story";

// Every command of docs/operations.md gives what it says there: in its order, on one stack.
const minutes = 60_000;
jest.setTimeout(5 * minutes);

const step = story(5 * minutes);

/** A command as the document has it, and what it prints. */
type Documented = readonly [command: string, prints: RegExp, as?: () => string];

/** In the document's order; with what is typed here, where the document has a file's name or another stack's. */
const run: readonly Documented[] = [
  ["npm start", /^Kalisi is up: https:/m],
  ["npm run pulumi -- config set --path kalisi:neo4j.heap 1g", /^$/m],
  ["npm run --silent start -- --json", /^\{"stack":.*"sourceRevision":.*"url":"https:/m],
  [
    "npm start -- --keys-from FILE",
    /^May no longer log in: /m,
    () => `npm start -- --keys-from ${user.strangersKey}.pub`,
  ],
  ["npm run logs", /^neo4j: /m],
  ["npm run status", /^Container .*: healthy/m],
  ["docker exec -u kalisi kalisi /workspace/stop.sh", /neo4j/],
  [
    "docker exec kalisi neo4j-admin database dump neo4j --to-path=/data/neo4j/dumps",
    /Dump completed successfully/,
  ],
  ["docker exec -u kalisi kalisi /workspace/start.sh --daemon", /^start\.sh: ready: https:/m],
  ["docker cp kalisi:/workspace/runtime/certs/fullchain.pem .", /^/],
  [
    "curl --cacert fullchain.pem https://localhost:8443",
    /<html/i,
    () => `curl --silent --cacert fullchain.pem https://localhost:${user.stack.gatewayPort}`,
  ],
  ["npm run shell -- cargo test", /^cargo \d/m, () => "npm run shell -- cargo --version"],
  ["npm run backup", /^Backup: /m],
  [
    "npm run restore -- backups/kalisi-dev-2026-11-27T081233Z.tar",
    /^Restored: \d+ nodes/m,
    () => `npm run restore -- ${backup()} --confirm ${user.stack.name}`,
  ],
  ["tar -xOf FILE manifest.json", /"checksums|"parts"/, () => `tar -xOf ${backup()} manifest.json`],
  ["npm run pulumi -- config set --path kalisi:backup.every 1d", /^/],
  ["npm run pulumi -- config set --path kalisi:backup.keep 7", /^/],
  ["npm run backup -- --if-due", /^No backup is due$/m],
  ["npm run backup -- --crontab", /^17 \* \* \* \* cd /m],
  [
    "npm run seed -- source/data/neo4j/neo4j_non_codebase_backup.json",
    /^Nodes: \d+ created, \d+ there already$/m,
    () => "npm run seed -- examples/source/data/neo4j/neo4j_non_codebase_backup.json",
  ],
  ["docker exec kalisi neo4j-reset-password", /reset/],
  ["npm run env", /has all that the services need/],
  [
    "npm run pulumi -- config set --path kalisi:network.subnet 10.80.0.0/24",
    /^/,
    () => "npm run pulumi -- config set --path kalisi:network.subnet 10.83.0.0/24",
  ],
  ["npm start", /^Kalisi is up: https:/m],
  ["npm run preview", /unchanged/],
  ["npm run clone", /^This is clone /m],
  ["npm run export-compose", /^# Made by npm run export-compose/m],
  ["npm run rollback", /^Back to the healthy start of /m],
  ["npm run rollback -- --undo", /as it was before the rollback/],
  ["npm run prune", /^(Freed|There is nothing)/m],
  ["npm stop", /^Kalisi is stopped/m],
];

/** What other tests run, each with words that it has of the command. */
const elsewhere: Readonly<Record<string, readonly [file: string, words: string]>> = {
  "npm run logs -- -f -n 20 kalisi-gateway": ["e2e/wrappers", "followLogs"],
  "npm run wipe": ["e2e/identity", "npm run wipe"],
  "npm run sync": ["e2e/tracked-settings", "run sync"],
  "npm run shell": ["e2e/wrappers", "shell"],
  "npm run ssh-config": ["e2e/connect", 'run("ssh-config")'],
  "npm run watch": ["e2e/watch", "Watching.onHost"],
  "npm run restore": ["e2e/backup", "restore -- "],
  "npm run backup -- --with-secrets": ["e2e/backup", "--with-secrets"],
  "npm run restore -- backups/kalisi-dev-2026-11-27T081233Z.tar --with-secrets": [
    "e2e/backup",
    "--with-secrets",
  ],
  "tar -xOf FILE env.age | age -d": ["unit/backup/secrets", "FiloSottile/age"],
  "npm run seed -- seed/neo4j.dump": ["e2e/seed", "seed/neo4j.dump"],
  "npm run env -- --new-secrets": ["e2e/lost-secrets", "npm run env -- --new-secrets"],
  "pulumi stack init blue": ["e2e/stacks", "stack init"],
  "npm start -- --stack blue": ["e2e/image-life", "npm start -- --stack"],
  "npm start -- --adopt kalisi-workspace,kalisi-neo4j,kalisi-redis,kalisi-home": [
    "e2e/owners",
    "--adopt ${volumes.join",
  ],
  "npm start -- --adopt VOLUMES": ["e2e/owners", "--adopt ${volumes.join"],
  "KALISI_ADOPT_VOLUMES=kalisi-workspace,kalisi-neo4j,kalisi-redis,kalisi-home pulumi up": [
    "e2e/owners",
    "KALISI_ADOPT_VOLUMES",
  ],
  "pulumi up": ["e2e/main-job", "up --yes"],
  "docker volume rm NAME": ["unit/docker-host", "docker volume rm"],
  "sudo iptables -w 5 -I DOCKER-USER -o kalisi-+ -m conntrack ! --ctstate RELATED,ESTABLISHED -m comment --comment kalisi-stack -j DROP":
    ["unit/neighbours", "has the command"],
  "npm run clone -- --moved": ["unit/identity", "--moved"],
  "npm run clone -- --copied": ["e2e/identity", "npm run clone -- --copied"],
  "npm start -- --setup": ["e2e/identity", "--setup"],
  "docker stop": ["faults/kills", "docker stop"],
  "docker rm": ["faults/long/stack", "docker rm"],
  "docker builder prune": ["e2e/prune", "docker builder prune"],
  "docker login": ["e2e/publish", "credentials"],
  "docker login ghcr.io": ["e2e/publish", "credentials"],
  "docker pull": ["e2e/publish", "pull"],
  "pulumi config set --path 'kalisi:image.publish.enabled' true": [
    "e2e/publish",
    "kalisi:image.publish.enabled",
  ],
  "pulumi config set --path 'kalisi:image.pull' ghcr.io/littleredshack/kalisi:latest": [
    "e2e/publish",
    "kalisi:image.pull",
  ],
  "npm start -- --build": ["e2e/main-job", "--build"],
  "pulumi config set --path 'kalisi:source.git' false": [
    "e2e/tracked-settings",
    "kalisi:source.git",
  ],
};

let user: Session;

beforeAll(async () => {
  user = new Session(await stackBeside("operations"));
  await user.prepare();
}, 20 * minutes);

afterAll(() => user.end());

function backup(): string {
  const folder = join(user.clone.path, "backups");
  return join(folder, readdirSync(folder)[0] ?? "");
}

const text = readFileSync(join(root, "docs", "operations.md"), "utf8");

/** The commands in the document's blocks, and those within its sentences. */
function commands(): readonly string[] {
  const found = text.matchAll(/```sh\n([^]*?)```|`((?:npm|docker|pulumi|curl|git|tar) [^`]+)`/g);
  return [...found].flatMap(([, block, inline = ""]) =>
    (block ?? inline.replaceAll("\n", " ")).trim().split("\n"),
  );
}

step("each command of the document is run, here or in a test that is named", () => {
  const known = [...run.map(([command]) => command), ...Object.keys(elsewhere)];
  expect(commands().filter((command) => !known.includes(command))).toStrictEqual([]);
  expect(known.filter((command) => !commands().includes(command))).toStrictEqual([]);
  const lacking = Object.values(elsewhere).filter(
    ([file, words]) => !readFileSync(join(root, "test", `${file}.test.ts`), "utf8").includes(words),
  );
  expect(lacking).toStrictEqual([]);
});

for (const [command, prints, as] of run) {
  step(command, async () => {
    const { container } = user.stack.names;
    const line =
      as?.() ?? command.replace(/^(docker (?:exec (?:-u kalisi )?|cp ))kalisi/, `$1${container}`);
    const { code, output } = await user.sh(line, { PULUMI_STACK: user.stack.name });
    expect(output).toMatch(prints);
    expect(code).toBe(0);
  });
}
