import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkBuildArgs, declaredArgs, managedBuildArgs } from "../../config/settings/build-args";

const dockerfile = readFileSync(join(__dirname, "..", "..", "docker", "Dockerfile"), "utf8");
const setting = "kalisi:image.buildArgs";

test("every argument that the program sets is one that the Dockerfile declares", () => {
  const declared = declaredArgs(dockerfile);
  expect(Object.keys(managedBuildArgs).filter((name) => !declared.includes(name))).toStrictEqual(
    [],
  );
});

test("an argument that the Dockerfile declares, and nothing else sets, is taken", () => {
  expect(checkBuildArgs({ NPM_VERSION: "10.8.2" }, dockerfile, setting)).toStrictEqual([]);
});

test("a proxy is taken, as every build knows those, unless it has a password", () => {
  const proxies = { HTTPS_PROXY: "http://proxy:3128", no_proxy: "localhost,.example" };
  expect(checkBuildArgs(proxies, dockerfile, setting)).toStrictEqual([]);
  const secret = { http_proxy: "http://me:canary@proxy:3128", HTTP_PROXY: "me:canary@proxy" };
  const problems = checkBuildArgs(secret, dockerfile, setting);
  expect(problems.map(({ code }) => code)).toStrictEqual([
    "KALISI-IMAGE-SECRET",
    "KALISI-IMAGE-SECRET",
  ]);
  expect(JSON.stringify(problems)).not.toContain("canary");
});

test.each([
  ["NPM_VERSOIN", "declares no such argument; it has RUST_TOOLCHAIN, NPM_VERSION"],
  ["npm_version", "declares no such argument"],
  ["BASE_IMAGE", "is set by kalisi:image.baseImages.base"],
  ["REVISION", "is set by git"],
  ["GITHUB_TOKEN", "looks like a secret"],
  ["npm_password", "looks like a secret"],
  ["API_KEY", "looks like a secret"],
  ["toString", "declares no such argument"],
])("%s is refused, its value is not shown", (name, problem) => {
  const problems = checkBuildArgs({ [name]: "canary" }, dockerfile, setting);
  expect(problems).toMatchObject([
    {
      setting: `${setting}.${name}`,
      problem: expect.stringContaining(problem) as string,
      fix: expect.stringContaining(`pulumi config rm --path '${setting}.${name}'`) as string,
    },
  ]);
  expect(JSON.stringify(problems)).not.toContain("canary");
});

test("several declarations on a line, and those with defaults and indents, are found", () => {
  expect(declaredArgs('FROM a\n  ARG ONE TWO=2 THREE="3"\narg four\n# ARG FIVE\n')).toStrictEqual([
    "ONE",
    "TWO",
    "THREE",
    "four",
  ]);
});
