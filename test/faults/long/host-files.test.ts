import { readdirSync, statSync, truncateSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "../../support/e2e/session";
import { startTinyStack } from "../../support/e2e/tiny-image";
import { fault } from "../../support/faults/fault";
import type { Outcome } from "../../support/faults/matrix";

// What the project writes on the host. A tiny image is enough: nothing of this is in the container.
const minutes = 60_000;
jest.setTimeout(5 * minutes);

let user: Session;

beforeAll(async () => {
  user = await startTinyStack("host-files");
  await user.start("");
}, 20 * minutes);

afterAll(() => user.end());

/** By what they are; the last takes what the others leave. */
const kinds = {
  ".kalisi/identity.json": /^\.kalisi\/identity\.json$/,
  ".pulumi-state/identity.json": /^\.pulumi-state\/identity\.json$/,
  ".kalisi/machine.json": /^\.kalisi\/machine\.json$/,
  ".kalisi/activate": /^\.kalisi\/activate$/,
  "the stack's state, .pulumi-state/.pulumi/stacks/kalisi/NAME.json":
    /^\.pulumi-state\/\.pulumi\/stacks\/kalisi\/[\w-]+\.json$/,
  ".pulumi-state/.pulumi/meta.yaml": /^\.pulumi-state\/\.pulumi\/meta\.yaml$/,
  "all other files of .kalisi, at once": /^\.kalisi\/(?!pulumi-home\/plugins\/)/,
  "all other files of .pulumi-state, at once": /^\.pulumi-state\//,
};

type Kind = keyof typeof kinds;

function filesOf(kind: Kind): readonly string[] {
  const all = [".kalisi", ".pulumi-state"].flatMap((folder) =>
    readdirSync(join(user.clone.path, folder), { recursive: true, encoding: "utf8" })
      .map((name) => join(folder, name))
      .filter((path) => statSync(join(user.clone.path, path)).isFile()),
  );
  const isOf = (path: string) =>
    Object.entries(kinds).find(([, pattern]) => pattern.test(path))?.[0] === kind;
  return all.filter(isOf);
}

async function cut(kind: Kind, half: 0 | 1): Promise<Outcome> {
  const { Id } = await user.inspect();
  const files = filesOf(kind);
  expect(files).not.toHaveLength(0);
  for (const file of files) {
    const path = join(user.clone.path, file);
    truncateSync(path, Math.floor((statSync(path).size * half) / 2));
  }
  const began = performance.now();
  const ended = await user.start("");
  expect(ended.output).not.toMatch(/^ +at .*:\d+:\d+\)?$/m);
  const said = /^.* (?:was cut short|is damaged): [^;\n]*/m.exec(ended.output)?.[0];
  const sees = said === undefined ? "nothing" : `\`npm start\`: ${said.replaceAll(/\d{2,}/g, "N")}`;
  const seconds = (performance.now() - began) / 1000;
  expect(ended).toMatchObject({ code: 0 });
  expect((await user.inspect()).Id).toBe(Id);
  return { sees, seconds };
}

for (const kind of Object.keys(kinds) as Kind[]) {
  for (const [half, how] of [
    [0, "nothing"],
    [1, "half"],
  ] as const) {
    fault("A file is cut short", `on the host, then \`npm start\`: ${kind}, to ${how}`, () =>
      cut(kind, half),
    );
  }
}
