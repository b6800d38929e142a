import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate } from "../../support/certificate";
import { useFolder } from "../../support/files";
import { toldBy, useProject } from "../../support/project";

const project = useProject();

const made = useFolder();
let goodCa: string;

beforeAll(() => {
  goodCa = makeCertificate(made, "ca");
});

test.each<readonly [name: string, content: string, told: RegExp]>([
  ["a line that is no setting", "nonsense", /neo4j\.conf, line 1/],
  ["a directory off the volume", "server.directories.data=/tmp", /neo4j\.conf, line 1/],
  ["a key twice", "server.a=1\nserver.a=2", /neo4j\.conf, line 2/],
])("a neo4j.conf with %s is refused", (_, content, told) => {
  const files = { "config/neo4j/neo4j.conf": content };
  expect(toldBy(project().refusal({ files }), project())).toContainEqual(
    expect.stringMatching(told),
  );
});

test.each<readonly [name: string, content: () => string, told: string]>([
  ["nothing in it", () => "", "holds no certificate"],
  ["a certificate cut off", () => goodCa.slice(0, 200), "holds no certificate"],
  ["a second one cut off", () => goodCa + goodCa.slice(0, 200), "is cut off in a certificate"],
  [
    "a damaged certificate",
    () => goodCa.replace(/\n\w{20}/, "\nAAAAAAAAAAAAAAAAAAAA"),
    "certificate 1: cannot be read",
  ],
  [
    "a private key",
    () => goodCa + readFileSync(join(made, "ca.key"), "utf8"),
    "holds a private key, which must not get near an image",
  ],
])("a CA file with %s is refused", (_, content, told) => {
  const error = project().refusal({
    config: { image: { caCertificates: "ca.pem" } },
    files: { "ca.pem": content() },
  });
  expect(toldBy(error, project())).toStrictEqual([`kalisi:image.caCertificates: ${told}`]);
  expect(error.message).not.toContain("PRIVATE KEY");
});

test("a damaged machine profile is told with the rest", () => {
  const error = project().refusal({
    config: { sudo: "no" },
    files: { ".kalisi/machine.json": "{" },
  });
  expect(error.problems.map(({ setting }) => setting)).toStrictEqual([
    ".kalisi/machine.json",
    "kalisi:sudo",
  ]);
});

test.each([
  [
    "with nothing in their place",
    undefined,
    "source/.env.kalisi-kept",
    /^npm run env puts them back/,
  ],
  ["with another file in their place", "A=1", "source/.env.kalisi-kept", /^keep one of the two/],
  ["on top of the clone", undefined, ".env.kalisi-kept", /^npm run env puts them back/],
])("settings that a killed update has put aside are told, %s", (_, now, kept, fix) => {
  const { root } = project();
  for (const file of ["Cargo.toml", ".env"]) rmSync(join(root, "source", file));
  const files = {
    "source/source/Cargo.toml": "",
    [`source/${kept}`]: "JWT_SECRET=old",
    ...(now === undefined ? {} : { "source/source/.env": now }),
  };
  const error = project().refusal({ files });
  expect(toldBy(error, project())).toStrictEqual([
    `kalisi:envFile: an update of the source tree was interrupted, and your settings are in ROOT/source/${kept}`,
  ]);
  expect(error.problems[0].fix).toMatch(fix);
});
