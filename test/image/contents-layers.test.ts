import { readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../support/image/declared";
import { readLayers, type Layers } from "../support/image/layers";
import { TinyTree } from "../support/image/tiny-tree";
import { exampleFiles, secretFiles } from "../support/secret-files";

jest.setTimeout(600_000);

const tree = new TinyTree();
const salt = Date.now().toString(36);
const canary = `canary-${salt}`;
const marker = `marker-${salt}`;
const template = "opt/bootstrap/workspace-template";

/** Every stage of the Dockerfile that is given the source tree, the final one included. */
const stages = readFileSync(join(root, "docker", "Dockerfile"), "utf8")
  .split(/^(?=FROM )/m)
  .filter((stage) => stage.includes("SOURCE_DIR"))
  .map((stage) => /^FROM \S+ AS (\S+)/.exec(stage)?.[1] ?? "");

/** What the build is sent. */
let context: Layers;
/** What its stages make of that: all that the build cache may hold of them. */
let built: Layers;

beforeAll(async () => {
  tree.say(salt);
  // The tree's own history belongs in the workspace; what opens a door in its settings does not.
  tree.commit();
  const address = `https://me:${canary}@${marker}.example.com/kalisi.git`;
  tree.git("remote", "add", "origin", address);
  tree.git("config", "http.https://example.com/.extraheader", `AUTHORIZATION: basic ${canary}`);
  tree.git("config", `url.https://me:${canary}@example.com/.insteadOf`, "https://example.com/");
  tree.git("config", "user.name", canary);
  for (const path of [
    ...["config.worktree", "config.lock", "credentials", "hooks/post-commit", "logs/HEAD"],
    ...["FETCH_HEAD", "ORIG_HEAD", "COMMIT_EDITMSG", "remotes/origin", "info/exclude"],
    ...["modules/lib/config", "worktrees/other/gitdir", "lfs/cache", "objects/info/alternates"],
  ]) {
    tree.write(`.git/${path}`, canary);
  }
  for (const path of [
    "lib/.git/config",
    "frontend/.git/config",
    "services/api-gateway/.git/config",
  ]) {
    tree.write(path, canary);
  }
  for (const path of secretFiles) {
    for (const folder of ["", "frontend", "services/api-gateway"]) {
      tree.write(join(folder, path), canary);
    }
  }
  tree.write("mine.kalisi-kept", canary);
  for (const path of exampleFiles) tree.write(path, "an example");
  for (const path of [
    ".git/config",
    ".git/HEAD",
    ".kalisi/machine.json",
    ".kalisi/identity.json",
    ".pulumi-state/identity.json",
    "Pulumi.dev.yaml",
    ".env",
  ]) {
    tree.writeBeside(path, canary);
  }
  tree.writeBeside("docker/neo4j/.env", canary);
  tree.writeBeside("seed/backup.dump", canary);
  context = await readLayers([await tree.buildContextImage()], [canary]);
  const ids: string[] = [];
  for (const stage of stages) ids.push((await tree.build(stage)).id);
  ids.push((await tree.build()).id);
  built = await readLayers(ids, [canary, marker]);
});

afterAll(() => tree.remove());

test("what was sent was read: sources, examples of settings and the history's objects", () => {
  for (const path of ["Cargo.toml", ".git/objects/", ...exampleFiles]) {
    expect(context.paths).toContain(`source/build-test/${path}`);
  }
});

test("every layer of each stage was read: sources, programs, system and the history are among what was seen", () => {
  expect(stages).toStrictEqual(
    expect.arrayContaining(["rust-source", "rust-build", "frontend-build", "template", "final"]),
  );
  for (const path of ["bin/kalisi-gateway", "source/Cargo.toml"]) {
    expect(built.paths).toContain(`${template}/${path}`);
  }
  for (const path of ["usr/bin/git", "source/Cargo.toml", "source/frontend/package.json"]) {
    expect(built.paths).toContain(path);
  }
  // Beside the layers, the settings of the stage that was told the address have it.
  const places = built.found(marker).filter((place) => place.includes(":"));
  expect(new Set(places.map((place) => place.slice(place.indexOf(":") + 1)))).toStrictEqual(
    new Set([`${template}/source/.git/config`]),
  );
});

test("no secret is sent, and none is in a layer of any stage or in the image's settings", () => {
  expect(context.found(canary)).toStrictEqual([]);
  expect(built.found(canary)).toStrictEqual([]);
});

test("of a repository, nothing is sent but its objects", () => {
  const others = [...context.paths].filter((path) => /\/\.git\/(?!$|objects\/)/.test(path));
  expect(others).toStrictEqual([]);
});

test("no layer has a settings file, a host key, a state, this repository's history or the source tree's repository", () => {
  const suspects = [...built.paths].filter(
    (path) =>
      /(^|\/)(\.env|ssh_host_[^/]*|authorized_keys|machine\.json|Pulumi\.[^/]*yaml|[^/]*\.dump)$/.test(
        path,
      ) ||
      (/(^|\/)\.git(\/|$)/.test(path) && !path.startsWith(`${template}/source/.git`)),
  );
  expect(suspects).toStrictEqual([]);
});
