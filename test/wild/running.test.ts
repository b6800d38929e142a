import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changing, edit } from "../support/changing";
import {
  adding,
  configured,
  locked,
  pausing,
  renaming,
  stopping,
  tryRowsOnRunning,
  type Running,
} from "../support/running";
import type { Row } from "../support/wild";

// What users type while a stack is up, or do to it by hand.

type Typed = Row<Running>;

// Arguments that other programs know, pipes that close, and full disks:
// https://docs.docker.com/reference/cli/docker/container/logs/, https://github.com/docker/compose/issues/4799
const logs: readonly Typed[] = [
  { given: "no such service", typed: "logs postgres", code: 2, last: "There are: agent-runtime" },
  { given: "no name at all", typed: "logs ''", code: 2, last: 'is called "". There are: ' },
  { given: "a comma", typed: "logs neo4j, redis", code: 2, last: 'is called "neo4j,". There' },
  { given: "fewer than none", typed: "logs --tail -5", code: 2, last: "--help", says: "a number" },
  { given: "a word of others", typed: "logs --lines 5", code: 2, last: "--help", says: "--lines" },
  { given: "no lines", typed: "logs --tail 0 && echo none", code: 0, last: /^none$/ },
  { given: "more than there are", typed: `logs --tail ${"9".repeat(30)}`, code: 0, last: /^\S+: / },
  { given: "two services", typed: "logs neo4j redis -n 1", code: 0, last: /^(?:neo4j|redis): / },
  { given: "a pipe that closes", typed: "logs | head -n 1", code: 0, last: /^prepare: / },
  { given: "a full disk", typed: "logs > /dev/full", last: "have it go where there is room" },
];

// Words, bytes and endings of a command: https://github.com/docker/cli/issues/2441, https://tldp.org/LDP/abs/html/exitcodes.html
const shell: readonly Typed[] = [
  { given: "an exit code", typed: "shell -- sh -c 'echo so; exit 7'", code: 7, last: /^so$/ },
  {
    given: "words of all kinds",
    typed: `npm run --silent shell -- printf '[%s]' 'a b' "it's" '"q"' '$HOME' '' '*' 'ü'`,
    code: 0,
    last: `[a b][it's]["q"][$HOME][][*][ü]`,
  },
  {
    given: "what is no text",
    typed: `shell -- printf '\\377\\000\\n' | od -An -tx1`,
    code: 0,
    last: /^ ff 00 0a$/,
  },
  { given: "no such program", typed: "shell -- nonsense", code: 127, last: "nonsense" },
  { given: "a folder", typed: "shell -- /tmp", code: 126, last: "/tmp" },
  { given: "a kill", typed: "shell -- sh -c 'echo so; kill -9 $$'", code: 137, last: /^so$/ },
  { given: "closed input", typed: "shell -- wc -c <&-", code: 0, last: /^0$/ },
  { given: "much input", typed: "shell -- wc -c < /usr/bin/env", code: 0, last: /^\d{5,}$/ },
  {
    given: "no reader, and nothing of it left",
    typed: `shell -- yes | head -n 1; node cli/bootstrap.cjs shell -- sh -c 'while grep -qsx yes /proc/[0-9]*/comm; do sleep 0.1; done; echo gone'`,
    code: 0,
    says: "y\ngone",
    last: /^gone$/,
  },
  { given: "no such stack", typed: "shell --stack no -- true", last: "[KALISI-STACK-UNKNOWN]" },
];

const graph = "examples/source/data/neo4j/neo4j_non_codebase_backup.json";

// What is done to a container by hand: https://docs.docker.com/reference/cli/docker/container/pause/,
// https://docs.docker.com/reference/cli/docker/container/rename/, https://skarnet.org/software/s6/s6-svc.html
const touched: readonly Typed[] = [
  { given: "a stopped service", put: stopping, typed: "status", last: "is unhealthy: neo4j-ui." },
  {
    given: "a stopped service",
    put: stopping,
    typed: `seed ${graph}`,
    says: "KALISI-SEED-NOT-UP",
    last: "npm run status shows how it is",
  },
  { given: "a pause", put: pausing, typed: "status", last: "is paused. docker unpause" },
  ...["start", "stop", "shell -- true", "preview", `seed ${graph}`, "wipe --confirm no"].map(
    (typed) => ({
      given: "a pause",
      put: pausing,
      typed,
      says: "KALISI-CONTAINER-PAUSED",
      last: "docker unpause",
    }),
  ),
  { given: "another name", put: renaming, typed: "status", last: "is not there. npm start makes" },
  { given: "another name", put: renaming, typed: "logs", last: "npm start creates it again" },
  {
    given: "another name",
    put: renaming,
    typed: "wipe --confirm no",
    says: "KALISI-VOLUME-IN-USE",
    last: "docker rm --force",
  },
];

// Settings that are edited while what they made is up: https://www.pulumi.com/docs/iac/concepts/config/,
// https://github.com/motdotla/dotenv#what-rules-does-the-parsing-engine-follow
const edited: readonly Typed[] = [
  {
    given: "a line more of .env",
    put: adding("KALISI_NEW=canary"),
    typed: "status",
    code: 0,
    says: "replace container-run (labels)",
    last: "replace",
    hides: "canary",
  },
  {
    given: "a line more of .env",
    put: adding("KALISI_NEW=canary"),
    typed: "preview",
    code: 0,
    says: "+-5 to replace",
    last: "[advisory]",
    hides: "canary",
  },
  {
    given: "a second password",
    put: adding("NEO4J_PASSWORD=canary-long-enough"),
    typed: "start",
    says: "KALISI-ENV-DUPLICATE",
    last: "keep one of these lines",
    hides: "canary",
  },
  {
    given: "a quote that is not closed",
    put: adding("GREETING='canary"),
    typed: "status",
    code: 0,
    says: "the quote is not closed",
    last: "fix: close it",
    hides: "canary",
  },
  {
    given: "a port that is none",
    put: configured("config:\n  kalisi:gateway:\n    port: 99999\n"),
    typed: "start",
    says: 'kalisi:gateway.port = "99999"',
    last: "fix: pulumi config set --path 'kalisi:gateway.port' VALUE",
  },
  {
    given: "a value in place of keys",
    put: configured("config:\n  kalisi:gateway: 5\n"),
    typed: "status",
    code: 0,
    says: 'kalisi:gateway = "5": expected keys of its own',
    last: "fix: pulumi config set --path 'kalisi:gateway' VALUE",
  },
  {
    given: "a key that is misspelt",
    put: configured("config:\n  kalisi:gatway:\n    port: 1\n"),
    typed: "preview",
    says: "did you mean kalisi:gateway?",
    last: "fix: pulumi config rm 'kalisi:gatway'",
  },
  {
    given: "a file that is no YAML",
    put: configured("config: [\n"),
    typed: "stop",
    says: "KALISI-SETTING-FILE",
    last: "fix: correct the file",
  },
  {
    given: "a key more",
    env: ({ user }) => ({ KALISI_KEYS_FROM: `${user.strangersKey}.pub` }),
    typed: "status",
    code: 0,
    last: "update ssh-keys-authorize (stdin)",
  },
  {
    given: "leftovers of an editor",
    put: ({ clone }) => {
      const left = [".env.swp", ".env~", "#start.sh#", ".start.sh.swo"].map((name) =>
        join(clone.path, "examples", "source", name),
      );
      for (const path of left) writeFileSync(path, "canary");
      return () => {
        for (const path of left) rmSync(path);
      };
    },
    typed: "status",
    code: 0,
    last: "npm start would change nothing.",
  },
  {
    given: "an edited source tree",
    put: changing("examples/source/start.sh", (path) => {
      edit(path, /$/, "# mine\n");
    }),
    typed: "sync",
    last: "there is nothing to update it from",
  },
];

const useless = (naming: string) => ({
  says: "KALISI-OPTION-PLACE",
  last: `Name another place: ${naming}`,
});

// https://www.pulumi.com/docs/iac/cli/commands/, https://www.pulumi.com/docs/iac/concepts/state-and-backends/
const others: readonly Typed[] = [
  { given: "no terminal", typed: "wipe < /dev/null", code: 2, last: "Add --confirm running-" },
  { given: "closed input", typed: "wipe <&-", code: 2, last: "Add --confirm running-" },
  { given: "yes", typed: "wipe --confirm yes", last: '"yes" is not the stack\'s name' },
  { given: "nothing", typed: "wipe --confirm ''", last: '"" is not the stack\'s name' },
  { given: "no such stack", typed: "stop --stack no", last: "There is no stack no. Name one" },
  { given: "what is up", typed: "doctor", code: 0, last: /^Nothing is in the way of npm start/ },
  {
    given: "what is up, for a program",
    typed: `doctor --json 2>&1 >../home/json; node -p 'JSON.parse(fs.readFileSync("../home/json")).ready'`,
    code: 0,
    last: /^true$/,
  },
  // https://github.com/mattab/trello-backup/issues/44, https://github.com/aryamthecodebreaker/FixMap/issues/231
  { given: "a file for a folder", typed: "backup --to package.json", ...useless("--to FOLDER") },
  { given: "a folder for a file", typed: "export-compose --output docs", ...useless("--output") },
  {
    given: "a folder for a file",
    typed: "preview --base HEAD --markdown docs",
    ...useless("--markdown FILE"),
  },
  { given: "Pulumi's own words", typed: "npm run pulumi -- nonsense", last: "nonsense" },
  {
    given: "a lock of who has ended",
    put: locked,
    typed: "npm start",
    code: 0,
    says: "Released stack",
    last: "A shell in it",
  },
  {
    given: "start, typed twice at once",
    typed:
      "start >../home/a 2>&1 & node cli/bootstrap.cjs start >../home/b 2>&1; wait; cat ../home/?",
    code: 0,
    says: "Kalisi is up",
    last: /^(?:A shell in it: |If that is no longer at work, free the stack: |.* cancel --yes )/,
  },
];

tryRowsOnRunning([...logs, ...shell, ...touched, ...edited, ...others]);
