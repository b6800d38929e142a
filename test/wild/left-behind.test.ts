import { cpSync, mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changing, edit, instead } from "../support/changing";
import { having, makeStack, tryRows, type Place, type Row } from "../support/wild";

// What an earlier version, or a run that was ended, leaves of set-up, the source tree and the packages:
// https://github.com/npm/cli/issues/3339, https://github.com/npm/npm/issues/21072, https://github.com/npm/npm/issues/11337

const env = "env --stack wild";
const profile = ".kalisi/machine.json";

const choices = (
  given: string,
  change: (path: string) => void,
  says: string,
  last: string,
): Row => ({
  given: `choices of set-up ${given}`,
  put: changing(profile, change),
  typed: env,
  says: `${profile}: cannot be used: ${says}`,
  last,
});

const again = "create it again: npm start -- --setup";

/** What is in the source tree's place. */
const source = (given: string, make: (path: string) => void, row: Partial<Row>): Row => ({
  given: `a source tree that is ${given}`,
  put: ({ clone }) => {
    const path = join(clone.path, "source");
    make(path);
    return () => {
      rmSync(path, { recursive: true });
    };
  },
  typed: "preview --stack wild",
  env: { KALISI_SOURCE: "source" },
  last: "fix: ",
  ...row,
});

/** Takes packages away; npm cannot install them again. */
const without =
  (name: string) =>
  (place: Place): (() => void) => {
    const path = join(place.clone.path, "node_modules", name);
    const takeAway = having({ "bin/npm": "#!/bin/sh\nexit 1\n" })(place);
    renameSync(path, join(place.home, "package"));
    return () => {
      renameSync(join(place.home, "package"), path);
      takeAway();
    };
  };

const noNpm = ({ home }: Place) => ({ PATH: `${join(home, "bin")}:${process.env["PATH"] ?? ""}` });

const settings = ({ clone }: Place) => join(clone.path, "examples", "source", ".env");

tryRows(
  [
    choices(
      "of a newer version",
      (path) => {
        edit(path, /\{/, '{"schema":9,');
      },
      '✖ Unrecognized key: "schema"',
      again,
    ),
    choices(
      "that are cut short",
      (path) => {
        edit(path, /"pulumi"[^]*/, "");
      },
      "it is not JSON",
      again,
    ),
    {
      ...choices(
        "that are cut short, in a start",
        (path) => {
          edit(path, /"pulumi"[^]*/, "");
        },
        "",
        "/nonexistent/id.pub",
      ),
      typed: "preview --stack wild",
      env: { KALISI_KEYS_FROM: "/nonexistent/id.pub" },
      says: `${profile} is damaged: set aside as machine.json.damaged`,
      last: "fix: name a readable file of public keys",
    },
    choices(
      "that are a folder",
      (path) => {
        instead(path, (each) => {
          mkdirSync(each);
        });
      },
      "it is a directory",
      "rm -r .kalisi/machine.json",
    ),
    {
      given: "Pulumi that is gone",
      put: changing(profile, (path) => {
        edit(path, /"bin": "[^"]*"/, '"bin": "/nonexistent"');
      }),
      typed: env,
      code: 0,
      last: "has all that the services need.",
    },
    source(
      "a file",
      (path) => {
        writeFileSync(path, "");
      },
      { says: 'KALISI_SOURCE = "source": is no folder' },
    ),
    source(
      "on a disk that is not there",
      (path) => {
        symlinkSync("/nonexistent/tree", path);
      },
      { says: "is a link that leads nowhere", last: "remove it: rm 'source'" },
    ),
    source(
      "a link to itself",
      (path) => {
        symlinkSync("source", path);
      },
      {
        typed: env,
        last: "Have it be the folder of one, then npm start",
        says: "is a link that leads nowhere",
      },
    ),
    source(
      "empty",
      (path) => {
        mkdirSync(path);
      },
      {
        typed: "sync --stack wild",
        last: "is not a clone of a repository of its own",
      },
    ),
    {
      given: "settings that were put aside",
      put: (place) => {
        renameSync(settings(place), `${settings(place)}.kalisi-kept`);
        return undefined;
      },
      typed: env,
      code: 0,
      says: "put back: an update of the source tree was interrupted",
      last: "has all that the services need.",
      makes: ["!! examples/source/.env"],
    },
    {
      given: "settings that were put aside, and others",
      put: (place) => {
        const aside = `${settings(place)}.kalisi-kept`;
        cpSync(settings(place), aside);
        return () => {
          rmSync(aside);
        };
      },
      typed: env,
      says: "KALISI-SOURCE-INTERRUPTED",
      last: "remove the other, and try again",
    },
    {
      given: "a package that is gone",
      put: without("zod"),
      typed: env,
      env: noNpm,
      says: "npm ci failed",
      last: "see its message above  [KALISI-SETUP-NPM]",
    },
    {
      given: "a package's package that is gone",
      put: without("buffer-from"),
      typed: env,
      env: noNpm,
      says: "cannot be used: Cannot find module 'buffer-from'  [KALISI-SETUP-NPM]",
      last: "rm -r node_modules, then the same command",
    },
    {
      given: "packages without those of tests",
      put: without("jest"),
      typed: "test unit",
      env: noNpm,
      says: "npm ci failed",
      last: "see its message above  [KALISI-SETUP-NPM]",
    },
  ],
  makeStack,
);
