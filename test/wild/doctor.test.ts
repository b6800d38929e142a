import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { changing, edit } from "../support/changing";
import { withLine } from "../support/env-file";
import type { OnEngine } from "../support/fake-engine";
import { doctor, nothing, makeStack, tryRows, type Place } from "../support/wild";
import { problem, settings, warning } from "../support/wild-doctor";

// What users are asked to paste into a report has to have the cause in it, and no secret:
// https://docs.npmjs.com/cli/v10/commands/npm-doctor, https://github.com/pulumi/pulumi/issues/6287,
// https://github.com/docker/compose/issues/7013, https://github.com/npm/cli/issues/3339

const envFile = (change: (path: string) => void) => changing("examples/source/.env", change);

const onEngine = (what: OnEngine) => (place: Place) => {
  place.engine.has(what);
  return () => {
    place.engine.has({});
  };
};

const container = {
  Id: "c1",
  Ports: [],
  Mounts: [],
  Image: "i",
  State: "running",
  NetworkSettings: {},
};

const lock = (pid: number) => (place: Place) => {
  const folder = join(place.clone.path, ".pulumi-state/.pulumi/locks/organization/kalisi/wild");
  const timestamp = new Date().toISOString();
  mkdirSync(folder, { recursive: true });
  writeFileSync(
    join(folder, "a.json"),
    JSON.stringify({ pid, username: "me", hostname: hostname(), timestamp }),
  );
  return () => {
    rmSync(folder, { recursive: true });
  };
};

/** Its JSON is one document; what is told of it. */
const json = (told: string) =>
  `${doctor} --json 2>/dev/null | node -p 'const read = JSON.parse(fs.readFileSync(0, "utf8")); ${told}'`;

const codes = json('[read.ready, ...read.findings.flatMap(({ code }) => code ?? [])].join(" ")');

tryRows(
  [
    { given: "a machine that is ready", typed: doctor, code: 0, last: nothing },
    { given: "the same for programs", typed: codes, code: 0, last: "true" },
    {
      given: "the same for programs, with something in the way",
      typed: codes,
      put: settings("sudo: canary"),
      code: 0,
      last: "false KALISI-SETTING-VALUE",
    },
    {
      given: "for programs, what was found and what to do",
      typed: json(
        'const [{ about, fix }] = read.findings.filter(({ code }) => code); about + ", " + fix',
      ),
      put: settings("gateway: { port: 99999 }"),
      code: 0,
      last: "kalisi:gateway.port, pulumi config set --path 'kalisi:gateway.port' VALUE",
    },
    {
      given: "for programs, the exit code",
      typed: `${doctor} --json 2>/dev/null`,
      put: settings("sudo: canary"),
      last: /^\{"ready":false,"findings":\[.*"code":"KALISI-SETTING-VALUE".*\]\}$/,
      hides: "canary",
    },
    {
      given: "three things at once",
      put: settings("{sudo: canary, gateway: {port: 99999}, canary: 1}"),
      typed: doctor,
      last: /^In the way of npm start: \d; each has its fix above$/,
    },
    warning(
      "settings that are not there yet",
      "settings file: examples/source/.env is not there yet",
      {
        put: (place) => {
          const path = join(place.clone.path, "examples/source/.env");
          renameSync(path, join(place.home, "env"));
          return () => {
            renameSync(join(place.home, "env"), path);
          };
        },
      },
    ),
    problem(
      "a short password",
      "is shorter than the 8 characters that Neo4j asks for  [KALISI-ENV-VALUE",
      "choose a longer one",
      {
        put: envFile((path) => {
          writeFileSync(path, withLine("NEO4J_PASSWORD", "NEO4J_PASSWORD=canary"));
        }),
      },
    ),
    problem("two secrets of a name", "[KALISI-ENV-DUPLICATE", "keep one of these lines", {
      put: envFile((path) => {
        edit(path, /$/, "JWT_SECRET=canary\n");
      }),
    }),
    warning("a name that is passed to nobody", "settings: ", {
      put: envFile((path) => {
        edit(path, /$/, "LD_PRELOAD=/canary\n");
      }),
    }),
    warning("a misspelt variable", "settings: ", { env: { KALISI_SORCE: "canary" } }),
    problem("a key that is not there", "[KALISI-KEY-UNREADABLE", "name a readable file", {
      env: { KALISI_KEYS_FROM: "/nonexistent/id.pub" },
    }),
    problem("a private key", "[KALISI-KEY-PRIVATE", "", {
      env: ({ key }) => ({ KALISI_KEYS_FROM: key.replace(/\.pub$/, "") }),
      hides: "PRIVATE KEY-----",
    }),
    warning("Pulumi that is gone", "Pulumi: is not there yet, or not any more", {
      put: changing(".kalisi/machine.json", (path) => {
        edit(path, /"bin": "[^"]*"/, '"bin": "/nonexistent"');
      }),
    }),
    warning("base images that are not chosen", "base images: not chosen yet", {
      put: changing(".kalisi/machine.json", (path) => {
        const chosen = JSON.parse(readFileSync(path, "utf8")) as object;
        writeFileSync(path, JSON.stringify({ ...chosen, from: undefined }));
      }),
    }),
    problem(
      "choices of set-up that are cut short",
      "[KALISI-SETUP-PROFILE",
      "create it again: npm start -- --setup",
      {
        put: changing(".kalisi/machine.json", (path) => {
          writeFileSync(path, "{");
        }),
      },
    ),
    problem("a lock of who is at work", "[KALISI-STACK-LOCKED", "wait for its end", {
      put: lock(process.pid),
    }),
    warning("a lock of who has ended", "lock: stack wild was locked by process 4194999 of me", {
      put: lock(4_194_999),
    }),
    problem("a volume of another clone's", "[KALISI-VOLUME-FOREIGN", "", {
      put: onEngine({
        volumes: [
          {
            Name: "kalisi-wild-neo4j",
            Labels: { "kalisi.clone": "other", "kalisi.stack": "wild" },
          },
        ],
      }),
    }),
    problem("another container of the name", "[KALISI-CONTAINER-NAME-TAKEN", "", {
      put: onEngine({ containers: [{ ...container, Names: ["/kalisi-wild"], Labels: {} }] }),
    }),
    problem(
      "a registry that does not answer",
      "[KALISI-SETUP-NETWORK",
      "check the proxy (HTTPS_PROXY)",
      {
        env: { npm_config_registry: "http://127.0.0.1:1/" },
      },
    ),
    {
      given: "a stack's name that is none",
      typed: "doctor",
      env: { PULUMI_STACK: "Prod 1" },
      says: "KALISI-STACK-NAME",
      last: "In the way of npm start: 1",
    },
    {
      given: "no stack of that name",
      typed: "doctor --stack other",
      code: 0,
      says: "stack: other",
      last: nothing,
    },
  ],
  makeStack,
);
