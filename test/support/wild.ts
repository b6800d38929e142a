import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { makeClone, makeKeyPair, type Clone } from "./e2e/clone";
import { useFakeEngine } from "./fake-engine";

/** What is put in, and what must come of it. */
export interface Row<P extends Ground = Place> {
  /** In words. */
  readonly given: string;
  /** Puts it there; what is returned takes it away again. */
  readonly put?: (place: P) => Undo | Promise<Undo>;
  /** As typed: with `npm` before it through npm, else what npm runs for it. */
  readonly typed: string;
  /** What runs it, unless npm does. @default "node" */
  readonly by?: string;
  readonly env?: Variables | ((place: P) => Variables);
  /** @default 1 */
  readonly code?: number;
  /** The last line, or a part of it: it says what to do. */
  readonly last: string | RegExp;
  /** What else is said. */
  readonly says?: string;
  /** What is never said, such as a secret. */
  readonly hides?: string;
  /** What is made, as git names it. @default [] */
  readonly makes?: readonly string[];
}

type Variables = Readonly<Record<string, string>>;

type Undo = (() => void | Promise<void>) | undefined;

/** Where rows are tried. */
export interface Ground {
  readonly clone: Clone;
  /** A folder with nothing of the user's in it. */
  readonly home: string;
  /** A public key's file. */
  readonly key: string;
}

/** A clone whose Engine only answers questions, and whose home is the user's. */
export interface Place extends Ground {
  readonly engine: ReturnType<typeof useFakeEngine>;
}

export const doctor = "doctor --stack wild";
/** What doctor ends with where there is one problem, or none. */
export const inTheWay = "In the way of npm start: 1; each has its fix above";
export const nothing = /^Nothing is in the way of npm start/;

/** Variables, or nothing at all, that keep nobody from a start. */
export const harmless = (given: string, env: Row["env"] = {}, says = ""): Row => ({
  given,
  typed: doctor,
  env,
  code: 0,
  says,
  last: nothing,
  hides: "canary",
});

/** Puts files into the home folder, with the folders that they are in. */
export function having(
  files: Readonly<Record<string, string | Buffer>>,
): (place: Pick<Ground, "home">) => () => void {
  return ({ home }) => {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(home, name)), { recursive: true });
      writeFileSync(join(home, name), content, { mode: 0o755 });
    }
    return () => {
      for (const name of Object.keys(files)) {
        rmSync(join(home, name.split("/")[0] ?? ""), { recursive: true, force: true });
      }
    };
  };
}

/** The settings of a stack `wild`, and the stack. */
export async function makeStack({ clone }: Place, env: Variables): Promise<void> {
  await clone.sh("node cli/bootstrap.cjs env", env);
  await clone.sh("node cli/bootstrap.cjs pulumi stack init --no-select wild", env);
}

/** Makes an empty folder beside a clone, which goes with it. */
export function makeRoom(clone: Clone): string {
  const room = join(clone.path, "..", "home");
  mkdirSync(room, { mode: 0o700 });
  return room;
}

/** A stack trace's line. */
const traced = /^\s+at .+(?::\d+:\d+\)?|\(native\)|<anonymous>\)?)$/m;

/**
 * Tries a table of rows in a fresh clone, one after the other, by the real command line. Of none may come a stack trace, a
 * reason without words, or anything half-made: no file, no stack, and no change of the Engine.
 *
 * @param prepare brings the clone to where all of the rows begin
 */
export function tryRows(
  rows: readonly Row[],
  prepare: (place: Place, env: Variables) => Promise<void> | void = () => undefined,
): void {
  const engine = useFakeEngine();
  let place: Place;

  beforeAll(async () => {
    const clone = makeClone();
    const home = makeRoom(clone);
    place = { clone, engine, home, key: `${makeKeyPair(join(home, "keys"), "me")}.pub` };
    await prepare(place, environment({}));
  }, 5 * 60_000);

  afterAll(() => {
    place.clone.remove();
  });

  const environment = (env: Variables) => ({
    HOME: place.home,
    // Where Pulumi may be already.
    XDG_CACHE_HOME: process.env["XDG_CACHE_HOME"] ?? join(homedir(), ".cache"),
    DOCKER_HOST: engine.uri(),
    KALISI_SOURCE: "examples/source",
    KALISI_KEYS_FROM: place.key,
    PULUMI_STACK: "",
    // It would be npm's last word, now and then.
    npm_config_update_notifier: "false",
    // The package registry is one that answers, on every machine.
    npm_config_registry: `${engine.uri().replace("tcp:", "http:")}/_ping`,
    ...env,
  });

  test.each(rows.map((row) => [row.given, row.typed, row] as const))(
    "%s: %s",
    async (_, __, row) => {
      await tryRow(row, place, environment);
      expect(engine.changes()).toStrictEqual([]);
    },
  );
}

/** Types a row, looks at what comes of it, and takes away what was put in. */
export async function tryRow<P extends Ground>(
  row: Row<P>,
  place: P,
  environment: (env: Variables) => Variables,
): Promise<void> {
  const { clone } = place;
  const { typed, by = "node", env: named = {} } = row;
  const takeAway = await row.put?.(place);
  const before = whatIsMade(clone.path);
  const line = typed.startsWith("npm ") ? typed : `${by} cli/bootstrap.cjs ${typed}`;
  try {
    const env = environment(typeof named === "function" ? named(place) : named);
    const { code, output } = await clone.sh(`${forget(env)} ${line}`, env);
    const last = output.trimEnd().split("\n").at(-1) ?? "";
    const isLast = typeof row.last === "string" ? last.includes(row.last) : row.last.test(last);
    expect({ code, last: isLast ? row.last : last }).toStrictEqual({
      code: row.code ?? 1,
      last: row.last,
    });
    expect(last).not.toMatch(/(?:^|[Ee]rror|reason): *$/);
    expect(output).not.toMatch(traced);
    expect(output).toContain(row.says ?? "");
    expect(row.hides !== undefined && output.includes(row.hides)).toBe(false);
    const made = whatIsMade(clone.path).filter((each) => !before.includes(each));
    expect(made).toStrictEqual(row.makes ?? []);
  } finally {
    await takeAway?.();
  }
}

/** What a shell types to be without what npm has set for these tests, and `.kalisi/activate` or a user for Pulumi. */
function forget(env: Variables): string {
  const names = Object.keys(process.env).filter(
    (name) => /^(?:npm|pulumi)_/i.test(name) && !(name in env),
  );
  return names.length === 0 ? "" : `unset ${names.join(" ")};`;
}

/** What is in a clone beside what is committed, and its stacks. */
function whatIsMade(path: string): readonly string[] {
  const stacks = join(path, ".pulumi-state", ".pulumi", "stacks", "kalisi");
  const status = execFileSync(
    "git",
    ["-c", "safe.directory=*", "-C", path, "status", "--porcelain", "--ignored"],
    {
      encoding: "utf8",
      env: { PATH: process.env["PATH"], GIT_CONFIG_GLOBAL: "/dev/null" },
    },
  );
  return [
    ...status.split("\n").filter((line) => !/^$|node_modules|\.kalisi|\.pulumi-state/.test(line)),
    // What is set aside has its time in its name.
    ...(existsSync(stacks) ? readdirSync(stacks).map((name) => name.replace(/-\d+$/, "")) : []),
  ];
}
