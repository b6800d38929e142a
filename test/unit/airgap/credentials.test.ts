import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentialsFor, registryOf } from "../../../config/engine/registry-credentials";

const folder = mkdtempSync(join(tmpdir(), "kalisi-credentials-"));
const env = { DOCKER_CONFIG: folder, PATH: `${folder}:${process.env["PATH"] ?? ""}` };

/** A credential helper, as a program on the PATH. */
function helper(name: string, script: string): void {
  const file = join(folder, `docker-credential-${name}`);
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

beforeAll(() => {
  helper(
    "works",
    `read -r server || true; printf '{"Username":"%s","Secret":"of %s"}' "$1" "$server"`,
  );
  helper("token", `echo '{"Username":"<token>","Secret":"t"}'`);
  helper("empty", `echo credentials not found in native keychain; exit 1`);
  helper("locked", `echo the keychain is locked; exit 1`);
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

function ask(registry: string, config: object) {
  writeFileSync(join(folder, "config.json"), JSON.stringify(config));
  return credentialsFor(registry, env);
}

const entry = (text: string) => ({ auth: Buffer.from(text).toString("base64") });
const me = { username: "me", password: "a:b" };

test.each([
  ["its own entry", "r.example", { "r.example": entry("me:a:b") }],
  ["an entry with a port", "r.example:5000", { "r.example:5000": entry("me:a:b") }],
  ["an old client's entry, an address", "r.example", { "https://r.example/v1/": entry("me:a:b") }],
])("a registry's credentials are found under %s", async (_, registry, auths) => {
  expect(await ask(registry, { auths })).toStrictEqual({ serveraddress: registry, ...me });
});

test("Docker Hub's are under the address of its first index, whatever it is called", async () => {
  const serveraddress = "https://index.docker.io/v1/";
  for (const name of ["docker.io", "index.docker.io", "registry-1.docker.io"]) {
    expect(await ask(name, { auths: { [serveraddress]: entry("me:a:b") } })).toStrictEqual({
      serveraddress,
      ...me,
    });
  }
});

test("another registry's credentials are not sent", async () => {
  const auths = { "r.example": entry("me:a:b"), "r.example:5000": entry("me:a:b") };
  expect(await ask("example", { auths })).toBeUndefined();
  expect(await ask("r.example:5001", { auths })).toBeUndefined();
});

test("a registry's own helper overrides the common store, that over the entry", async () => {
  const auths = { "r.example": entry("me:a:b") };
  const fromHelper = { serveraddress: "r.example", username: "get", password: "of r.example" };
  expect(
    await ask("r.example", { auths, credsStore: "locked", credHelpers: { "r.example": "works" } }),
  ).toStrictEqual(fromHelper);
  expect(await ask("r.example", { auths, credsStore: "works" })).toStrictEqual(fromHelper);
  expect(await ask("r.example", { auths, credsStore: "empty" })).toMatchObject(me);
});

test("a token is one, not a user's password", async () => {
  const token = { serveraddress: "r.example", identitytoken: "t" };
  expect(await ask("r.example", { credsStore: "token" })).toStrictEqual(token);
  expect(await ask("r.example", { auths: { "r.example": { identitytoken: "t" } } })).toStrictEqual(
    token,
  );
});

test("a helper that fails says why, by its name", async () => {
  await expect(ask("r.example", { credsStore: "locked" })).rejects.toThrow(
    /docker-credential-locked [^:]*: fails: the keychain is locked/,
  );
  await expect(ask("r.example", { credsStore: "missing" })).rejects.toThrow(
    /docker-credential-missing [^:]*: cannot be run: no such file or directory/,
  );
  await expect(ask("r.example", { credsStore: "../x" })).rejects.toThrow(
    "no program can have that name",
  );
});

test("without a configuration there are none", async () => {
  await expect(credentialsFor("r.example", { DOCKER_CONFIG: "/nonexistent" })).resolves.toBe(
    undefined,
  );
});

test.each([
  ["ghcr.io/me/kalisi:latest", "ghcr.io"],
  ["127.0.0.1:5000/kalisi", "127.0.0.1:5000"],
  ["localhost/kalisi", "localhost"],
  ["me/kalisi", undefined],
  ["kalisi:latest", undefined],
])("the registry of %s is %s", (name, registry) => {
  expect(registryOf(name)).toBe(registry);
});

test.each([
  ["cut off", '{"auths":', "cannot be read"],
  ["no object", "null", "expected a JSON object"],
])("a file of the Docker client that is %s is told with its path", async (_, text, problem) => {
  writeFileSync(join(folder, "config.json"), text);
  await expect(credentialsFor("r.example", env)).rejects.toThrow(
    `${join(folder, "config.json")}: ${problem}`,
  );
});
