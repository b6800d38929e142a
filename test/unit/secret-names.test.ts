import { copyFileSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { readContext } from "../../airgap/plugins/docker/context";
import { isSecretByName } from "../../config/files/secret-names";
import { useFolder, writeText } from "../support/files";
import { exampleFiles, secretFiles } from "../support/secret-files";

const root = useFolder();
const dockerfile = join(root, "docker", "Dockerfile");

/** Files that are none of the names, though they look like one; and what else a source tree has to keep. */
const others = [
  ...["id_map.rs", "frontend/src/id_token.ts", "id_ed25519.pub", "deploy/id_work.pub"],
  ...["vite-env.d.ts", "src/app.env.ts", "src/environment.ts", "keyboard.rs", "src/key.rs"],
  ...["auth.rs", "history.ts", "src/secrets.rs", "credentials.rs", "certs/ca.crt"],
  ...[".cargo/config.toml", ".gitignore", "Cargo.lock", "package-lock.json", ".dockerignore"],
];

/** In the places that a source tree may be in, and below folders of it. */
const inTrees = (path: string) =>
  ["source/", "source/source/", "source/a/b/", "examples/source/"].map((tree) => tree + path);

function sent(paths: readonly string[]): readonly string[] {
  const files = new Set(readContext(root, dockerfile).files);
  return paths.filter((path) => files.has(path));
}

beforeAll(() => {
  mkdirSync(join(root, "docker"));
  const ignoreFile = join(__dirname, "..", "..", "docker", "Dockerfile.dockerignore");
  copyFileSync(ignoreFile, `${dockerfile}.dockerignore`);
  for (const path of [...secretFiles, ...exampleFiles, ...others].flatMap(inTrees)) {
    writeText(join(root, path), "");
  }
});

test("no file that usually holds secrets is sent to the build, however it is spelt", () => {
  expect(sent(secretFiles.flatMap(inTrees))).toStrictEqual([]);
});

test("examples of settings, and files that only look like secrets, are sent", () => {
  const kept = [...exampleFiles, ...others].flatMap(inTrees);
  expect(sent(kept)).toStrictEqual(kept);
});

test("the ignore file has no pattern that Go's path.Match, with which Docker checks it, would refuse", () => {
  const text = readFileSync(`${dockerfile}.dockerignore`, "utf8").replace(/^#.*/gm, "");
  expect(text.replace(/\[[a-z][A-Z]\]/g, "").match(/.*[[\]\\^{}()|+].*/g)).toBeNull();
});

test("the same files are found by their names", () => {
  expect(secretFiles.filter((path) => !isSecretByName(path))).toStrictEqual([]);
  expect([...exampleFiles, ...others].filter(isSecretByName)).toStrictEqual([]);
});
