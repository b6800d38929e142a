import { readFileSync, rmSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { checkOutsideContext } from "../../../config/files/build-context";
import { goodEnv, toldBy, useProject } from "../../support/project";

const project = useProject();

const inEnv = "source/.env";

test.each<
  readonly [name: string, content: string | Buffer | undefined, ...told: readonly string[]]
>([
  ["a folder", undefined, "kalisi:envFile: cannot be read: it is a directory"],
  [
    "a line that is no setting",
    `${goodEnv}\ncanary`,
    `${inEnv}, line 12: expected NAME=value; it would be skipped silently`,
  ],
  ["a quote that is open", `A='canary\n${goodEnv}`, `${inEnv}, line 1: the quote is not closed`],
  [
    "a value cut short",
    `${goodEnv}\nA=canary#1`,
    `${inEnv}, line 12: programs read this value differently`,
  ],
  [
    "two answers to who gets in",
    `${goodEnv}\nMFA_REQUIRED=false`,
    `MFA_REQUIRED in ${inEnv}: is set with different values on lines 8 and 12, and decides who gets in or where data goes`,
  ],
  [
    "a byte order mark",
    `\uFEFF${goodEnv}`,
    `${inEnv}, line 1: begins with a byte order mark, which becomes part of the first name`,
  ],
  [
    "no password",
    goodEnv.replace(/^NEO4J_PASSWORD.*\n/m, ""),
    `NEO4J_PASSWORD in ${inEnv}: is missing`,
  ],
  [
    "a short password",
    goodEnv.replace("canary-long-enough", "canary"),
    `NEO4J_PASSWORD in ${inEnv}: is shorter than the 8 characters that Neo4j asks for`,
  ],
  [
    "True for true",
    goodEnv.replace("REQUIRED=true", "REQUIRED=True"),
    `MFA_REQUIRED in ${inEnv}: expected true or false, in small letters`,
  ],
  [
    "another port",
    goodEnv.replace("8443", "443"),
    `HTTPS_PORT in ${inEnv}: must be 8443, the container's port that is published; the one on this machine is kalisi:gateway.port`,
  ],
  ["UTF-16", Buffer.from(goodEnv, "utf16le"), "kalisi:envFile: is not UTF-8 text"],
])("a .env with or as %s is refused, and no value shown", (_, content, ...told) => {
  if (content === undefined) rmSync(join(project().root, "source", ".env"));
  const error = project().refusal({ files: { [inEnv]: content } });
  expect(toldBy(error, project())).toStrictEqual(told);
  expect(error.message).not.toContain("canary");
});

test("a name that a .env has twice is no reason to refuse it; which value counts is said where they differ", () => {
  const content = `${goodEnv}\nMFA_REQUIRED=true\nRUST_LOG=info\nRUST_LOG=canary`;
  project().load({ files: { [inEnv]: content } });
  expect(project().warn.mock.calls.map(([text]) => text)).toStrictEqual([
    `${inEnv}: RUST_LOG is set with different values on lines 13 and 14: line 14 is used`,
  ]);
});

describe("a settings file that the image's build would be given", () => {
  const ignoring = (...patterns: readonly string[]) => ({
    "docker/Dockerfile.dockerignore": ["**", "!source", ...patterns].join("\n"),
  });
  const setting = "kalisi:envFile";
  const problem = `${setting}: would become part of the image, and of whatever is published of it`;

  test.each(["source/settings.txt", "source/deploy/production"])("%s is refused", (path) => {
    const files = { ...ignoring("**/.env"), [path]: goodEnv };
    const error = project().refusal({ config: { envFile: path }, files });
    expect(toldBy(error, project())).toStrictEqual([problem]);
  });

  test("is refused behind a link as well", () => {
    project().write("source/settings.txt", goodEnv);
    symlinkSync(join(project().root, "source/settings.txt"), join(project().root, "settings"));
    const error = project().refusal({ config: { envFile: "settings" }, files: ignoring() });
    expect(toldBy(error, project())).toStrictEqual([problem]);
  });

  test.each(["source/.env", "source/production", "elsewhere"])("unless it is not: %s", (path) => {
    const files = { ...ignoring("**/.env", "**/production"), [path]: goodEnv };
    expect(project().load({ config: { envFile: path }, files }).envFile.path).toBe(
      join(project().root, path),
    );
  });
});

test("settings that are put aside while git changes the tree are given to no build", () => {
  const ours = readFileSync(join(__dirname, "../../../docker/Dockerfile.dockerignore"), "utf8");
  const { root } = project();
  project().write("docker/Dockerfile.dockerignore", ours);
  const isGiven = (path: string) => {
    project().write(path, goodEnv);
    return checkOutsideContext(root, join(root, path), "").length > 0;
  };
  expect(isGiven("source/mine")).toBe(true);
  expect(isGiven("source/mine.kalisi-kept")).toBe(false);
});

test("a .env that is not there is refused, with the command that makes it", () => {
  rmSync(join(project().root, "source", ".env"));
  expect(project().refusal({}).problems).toMatchObject([
    {
      setting: "kalisi:envFile",
      problem: "cannot be read: no such file or directory",
      fix: "make it with: npm run env",
    },
  ]);
});

test("a .env that is there, but no text, is to be kept for its secrets", () => {
  const content = Buffer.from(goodEnv, "utf16le");
  expect(project().refusal({ files: { [inEnv]: content } }).problems).toMatchObject([
    { setting: "kalisi:envFile", fix: "save it as UTF-8" },
  ]);
});

test.each(["a:b/.env", "a\nb/.env"])(
  "a settings file whose path Docker cannot mount, %j, is refused",
  (path) => {
    const error = project().refusal({ config: { envFile: path }, files: { [path]: goodEnv } });
    expect(toldBy(error, project())).toStrictEqual([
      "kalisi:envFile: cannot be mounted by Docker: its path holds a colon or a control character",
    ]);
  },
);
