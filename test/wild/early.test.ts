import { changing, edit } from "../support/changing";
import { makeStack, tryRows, type Row } from "../support/wild";

// What Pulumi would take seconds to come to is refused before its engine starts: neither its heading nor the frame around
// an update that failed is to be seen.

const early = (given: string, row: Partial<Row> & Pick<Row, "says" | "last">): Row => ({
  given,
  typed: "preview --stack wild",
  hides: "Previewing update",
  ...row,
});

const neo4jConf = "config/neo4j/neo4j.conf";

const envLine = {
  put: changing("examples/source/.env", (path) => {
    edit(path, /$/, "export canary\n");
  }),
  says: "[KALISI-ENV-LINE]",
  last: "fix: correct the line, or put # before it",
};

tryRows(
  [
    early("a folder without a source tree", {
      env: { KALISI_SOURCE: "examples/source/crates" },
      says: "Nothing was changed: 1 setting needs attention.\n  KALISI_SOURCE = ",
      last: "fix: name the folder of a Kalisi source tree",
    }),
    early("a wrong line in .env", envLine),
    early("a wrong line in .env", {
      ...envLine,
      typed: "start --stack wild",
      hides: "npm start: not up",
    }),
    early("a wrong line in .env, of a stack that is not there yet,", {
      ...envLine,
      typed: "start --stack other",
      hides: "npm start: not up",
    }),
    early("neo4j.conf with a wrong line", {
      put: changing(neo4jConf, (path) => {
        edit(path, /$/, "canary\n");
      }),
      says: "[KALISI-NEO4J",
      last: 'fix: correct the line, or begin it with "#" to leave it out',
    }),
    early("an option's file that is not there", {
      typed: "start --stack wild --keys-from none.pub",
      hides: "npm start: not up",
      says: "--keys-from = ",
      last: "fix: name a readable file of public keys",
    }),
    early("wrong settings, with wrong files,", {
      env: { KALISI_KEYS_FROM: "/nonexistent/id.pub", KALISI_AUTO_START: "canary" },
      says: "Nothing was changed: 2 settings need attention.",
      last: "fix: name a readable file of public keys",
    }),
  ],
  makeStack,
);
