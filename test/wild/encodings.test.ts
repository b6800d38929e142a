import { appendFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changing, edit } from "../support/changing";
import {
  doctor,
  inTheWay,
  nothing,
  makeStack,
  tryRows,
  type Place,
  type Row,
} from "../support/wild";

// What editors and copied text put into files unseen: https://github.com/moby/moby/pull/44790,
// https://github.com/dotnet/core/issues/2473, https://github.com/krakend/krakendesigner/issues/13; paths beyond ASCII:
// https://github.com/docker/compose/issues/5998, https://github.com/moby/moby/issues/36012

const file = "Pulumi.wild.yaml";

/** The stack's file of settings holds this as well, or this instead. */
const settings = (given: string, content: string | Buffer, row: Partial<Row>): Row => ({
  given: `${file} ${given}`,
  put: changing(file, (path) => {
    if (typeof content === "string") appendFileSync(path, content);
    else writeFileSync(path, content);
  }),
  typed: doctor,
  last: inTheWay,
  hides: "canary",
  ...row,
});

const right = { code: 0, last: nothing } as const;
const unreadable = (reason: string) => ({
  says: `${file}: ${reason}  [KALISI-SETTING-FILE]\n         fix: correct the file`,
});

const sudo = (text: string) => `config:\n  ${text}\n`;

/** A setting names a file of this name and content, in the home folder. */
const named = (
  given: string,
  setting: string,
  name: string,
  content: (place: Place) => string | Buffer,
  row: Partial<Row>,
): Row => ({
  given,
  put: (place) => {
    const path = join(place.home, name);
    writeFileSync(path, content(place), { mode: 0o600 });
    const takeAway = changing(file, (each) => {
      appendFileSync(each, `config:\n  kalisi:${setting.replace("PATH", JSON.stringify(path))}\n`);
    })(place);
    return () => {
      takeAway();
      rmSync(path);
    };
  },
  typed: doctor,
  last: inTheWay,
  ...row,
});

const conf = (name: string, content: string | Buffer, row: Partial<Row>) =>
  named(`neo4j.conf in ${JSON.stringify(name)}`, "neo4j: { conf: PATH }", name, () => content, row);

const env = ({ clone }: Place) => readFileSync(join(clone.path, "examples", "source", ".env"));

tryRows(
  [
    settings("with a byte order mark", Buffer.from(`\uFEFF${sudo("kalisi:sudo: true")}`), right),
    settings("with CRLF", sudo("kalisi:sudo: true").replaceAll("\n", "\r\n"), right),
    settings("of nothing", Buffer.from(""), right),
    settings("in UTF-16", Buffer.from(sudo("kalisi:sudo: true"), "utf16le"), {
      says: `${file}: is not UTF-8 text  [KALISI-SETTING-FILE]\n         fix: save it as UTF-8`,
    }),
    settings("in latin1", Buffer.from(sudo("kalisi:envFile: gr\xfcn"), "latin1"), {
      says: `${file}: is not UTF-8 text  [KALISI-SETTING-FILE]\n         fix: save it as UTF-8`,
    }),
    settings("in UTF-16", Buffer.from(sudo("kalisi:sudo: true"), "utf16le"), {
      typed: "preview --stack wild",
      says: "is not UTF-8 text  [KALISI-SETTING-FILE]",
      last: "fix: save it as UTF-8",
    }),
    settings(
      "with a tab",
      "config:\n\tkalisi:canary: true\n",
      unreadable("cannot be read: Tabs are not allowed as indentation at line 3, column 1"),
    ),
    settings(
      "with a hard blank",
      sudo("kalisi:sudo:\u00a0true"),
      unreadable("cannot be read: config: expected keys, one a line"),
    ),
    settings(
      "with a list",
      "config: [canary]\n",
      unreadable("cannot be read: config: expected keys, one a line"),
    ),
    settings(
      "of one word",
      Buffer.from("canary"),
      unreadable("cannot be read: expected keys, such as config"),
    ),
    settings("with a blank of no width", sudo("kalisi:su\u200bdo: true"), {
      says: "kalisi:su\\u200bdo: is not a known key; did you mean kalisi:sudo?",
    }),
    settings("with typographic quotes", sudo("kalisi:sudo: “true”"), {
      says: "kalisi:sudo: expected true or false",
    }),
    settings("with a NUL in a path", sudo('kalisi:envFile: "a\\0b"'), {
      says: "kalisi:envFile: must not hold a NUL character",
    }),
    conf("grün und 'blau' $HOME #1.conf", "server.memory.heap.initial_size=512m\r\n", right),
    conf("gru\u0308n.conf", "# grün\n", right),
    conf("a:b.conf", "# nothing\n", { says: "KALISI-SETTING-PATH" }),
    conf("a\nb.conf", "# nothing\n", { says: "KALISI-SETTING-PATH" }),
    conf("utf16.conf", Buffer.from("db.x=1\n", "utf16le"), { says: "is not UTF-8 text" }),
    conf("nul.conf", "db.x=\0\n", { says: "is not UTF-8 text" }),
    conf("mark.conf", "\uFEFFserver.memory.heap.initial_size=512m\n", { says: "KALISI-NEO4J" }),
    named("envFile of a name with %, # and blanks", "envFile: PATH", "100 % #1.env", env, right),
    {
      given: "set-up's choices with a byte order mark",
      put: changing(".kalisi/machine.json", (path) => {
        edit(path, /^/, "\uFEFF");
      }),
      typed: doctor,
      says: "it begins with a byte order mark: save it as UTF-8 without one",
      last: inTheWay,
    },
    {
      given: "an identity with a byte order mark, whose copy is whole",
      put: changing(".kalisi/identity.json", (path) => {
        edit(path, /^/, "\uFEFF");
      }),
      typed: doctor,
      ...right,
    },
    {
      given: "a clone in a folder of an odd name",
      put: ({ home }) => {
        mkdirSync(join(home, "ü #1 %20 'a' $HOME"));
        return () => {
          rmSync(join(home, "ü #1 %20 'a' $HOME"), { recursive: true });
        };
      },
      typed:
        "env --stack wild; cp -al . \"$HOME/ü #1 %20 'a' \\$HOME/k\" && cd \"$HOME/ü #1 %20 'a' \\$HOME/k\" && " +
        "node cli/bootstrap.cjs clone --copied && node cli/bootstrap.cjs env",
      code: 0,
      last: "has all that the services need.",
    },
  ],
  makeStack,
);
