import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changing, edit, instead } from "../support/changing";
import { makeStack, tryRows, type Row } from "../support/wild";

// What another Pulumi, or one that was ended, leaves of a stack: https://github.com/pulumi/pulumi/issues/4955,
// https://github.com/pulumi/pulumi/issues/4679, https://github.com/pulumi/pulumi/issues/10642,
// https://github.com/pulumi/pulumi/issues/443

const stop = "stop --stack wild";
const file = ".pulumi-state/.pulumi/stacks/kalisi/wild.json";

const state = (given: string, row: Partial<Row>, change: (state: string) => void): Row => ({
  given: `a state ${given}`,
  put: changing(".pulumi-state", (folder) => {
    change(join(folder, "..", file));
  }),
  typed: stop,
  last: "the volumes are still this stack's",
  ...row,
});

const newer = "put it first on PATH, then npm start -- --setup";

/** With a lock in the state. */
const locked = (given: string, content: string, says: string): Row => ({
  given,
  put: ({ clone }) => {
    const folder = join(clone.path, ".pulumi-state/.pulumi/locks/organization/kalisi/wild");
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, "a.json"), content);
    return () => {
      rmSync(folder, { recursive: true });
    };
  },
  typed: stop,
  says,
  last: "npm run pulumi -- cancel --yes --stack wild",
});

tryRows(
  [
    state("of a newer Pulumi", { says: "KALISI-STACK-NEWER", last: newer }, (path) => {
      edit(path, /"version":\s*\d+/, '"version":999');
    }),
    state("in a newer form", { says: "KALISI-STACK-NEWER", last: newer }, (path) => {
      edit(join(path, "../../../meta.yaml"), /\d+/, "99");
    }),
    state(
      "that is empty",
      {
        code: 0,
        says: "went back to",
        last: "npm start brings it back",
        makes: ["wild.json.damaged"],
      },
      (path) => {
        writeFileSync(path, "");
      },
    ),
    state(
      "with nothing in it",
      {
        code: 0,
        says: "went back to",
        last: "npm start brings it back",
        makes: ["wild.json.damaged"],
      },
      (path) => {
        writeFileSync(path, "{}");
      },
    ),
    state(
      "that is cut short, as its copy is",
      { says: "and so are Pulumi's copies of it" },
      (path) => {
        writeFileSync(path, '{"version":');
        writeFileSync(`${path}.bak`, "null");
      },
    ),
    state("that is a folder", { says: "wild.json: cannot be read: it is a directory" }, (path) => {
      instead(path, (each) => {
        mkdirSync(each);
      });
    }),
    state("that is a link to itself", { says: "its links lead in a circle" }, (path) => {
      instead(path, (each) => {
        symlinkSync("wild.json", each);
      });
    }),
    state("of another project", { last: "There is no stack wild, nor any other" }, (path) => {
      mkdirSync(join(path, "../../other"));
      renameSync(path, join(path, "../../other/wild.json"));
    }),
    state(
      "on a disk that is not there",
      { says: "cannot be written", last: "fix: have it be" },
      (path) => {
        instead(join(path, "../../../.."), (each) => {
          symlinkSync("/nonexistent/state", each);
        });
      },
    ),
    locked("a lock of who knows whom", "{", "is locked by somebody unknown"),
    locked(
      "a lock of another machine",
      '{"pid":1,"username":"me","hostname":"elsewhere","timestamp":"2026-01-01T00:00:00Z"}',
      "is locked by process 1 of me on elsewhere",
    ),
    {
      given: "another stack's salt",
      put: changing("Pulumi.wild.yaml", (path) => {
        writeFileSync(path, "encryptionsalt: nonsense\n");
      }),
      typed: stop,
      says: "malformed state value",
      last: "remove what is secure there, and encryptionsalt",
    },
    {
      given: "another stack's secret",
      put: changing("Pulumi.wild.yaml", (path) => {
        edit(path, /$/, "config:\n  kalisi:sudo:\n    secure: v1:AAAA:BBBB\n");
      }),
      typed: stop,
      says: "could not decrypt configuration values",
      last: "remove what is secure there, and encryptionsalt",
    },
  ],
  makeStack,
);
