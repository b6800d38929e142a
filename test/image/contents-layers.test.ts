import { PassThrough, Readable } from "node:stream";
import { createGunzip } from "node:zlib";
import { extract } from "tar-stream";
import { docker } from "../support/e2e/probe";
import { TinyTree } from "../support/image/tiny-tree";

jest.setTimeout(300_000);

const tree = new TinyTree();
const salt = Date.now().toString(36);
const canary = Buffer.from(`canary-${salt}`);
const marker = Buffer.from(`marker-${salt}`);
const template = "opt/bootstrap/workspace-template";

type Bytes = AsyncIterable<Buffer>;

/** What the layers of an image hold, in whichever layer and however deep below a later one. */
interface Found {
  readonly paths: Set<string>;
  /** The files, layers or settings in which a text was found. */
  readonly canaries: string[];
  readonly markers: string[];
}

const found: Found = { paths: new Set(), canaries: [], markers: [] };

beforeAll(async () => {
  tree.say(salt);
  const secret = canary.toString();
  // The tree's own history belongs in the workspace; what opens a door in its settings does not.
  tree.commit();
  const address = `https://me:${secret}@${marker.toString()}.example.com/kalisi.git`;
  tree.git("remote", "add", "origin", address);
  tree.git("config", "http.https://example.com/.extraheader", `AUTHORIZATION: basic ${secret}`);
  tree.git("config", "user.name", secret);
  for (const path of [
    ...[".env", ".env.production", "frontend/.env", "prod.env", "deploy/.envrc"],
    ...["certs/privkey.pem", "id.key", "certs/client.p12", "store.jks", "deploy/id_ed25519"],
    ...[".npmrc", "frontend/.npmrc", ".netrc", ".git-credentials", ".cargo/credentials.toml"],
    ...[".aws/credentials", ".docker/config.json", "infra/prod.tfvars", ".pgpass", ".pypirc"],
  ]) {
    tree.write(path, secret);
  }
  for (const path of [
    ".git/config",
    ".git/HEAD",
    ".kalisi/machine.json",
    "Pulumi.dev.yaml",
    ".env",
  ]) {
    tree.writeBeside(path, secret);
  }
  tree.writeBeside("docker/neo4j/.env", secret);
  tree.writeBeside("seed/backup.dump", secret);
  const { id } = await tree.build();
  await readTar((await docker.getImage(id).get()) as unknown as Bytes, "", 0);
});

afterAll(() => tree.remove());

/** Reads an archive through; an archive inside of the outermost one is a layer, and is read too. */
function readTar(archive: Bytes, name: string, depth: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const reader = extract();
    reader.on("entry", ({ name: path, type }, body, next) => {
      if (depth === 1) found.paths.add(path);
      const read =
        depth === 0 && type === "file"
          ? readBlob(body as Bytes, path)
          : scan(body as Bytes, `${name}:${path}`);
      read.then(() => {
        next();
      }, reject);
    });
    reader.on("finish", resolve).on("error", reject);
    Readable.from(archive).on("error", reject).pipe(reader);
  });
}

/** A layer, compressed or not, or one of the image's settings: told apart by how they begin. */
async function readBlob(body: Bytes, path: string): Promise<void> {
  const content = new PassThrough();
  let kind: Promise<void> | undefined;
  for await (const chunk of body) {
    kind ??= readKind(content, path, chunk);
    if (!content.write(chunk)) {
      await new Promise((resolve) => content.once("drain", resolve));
    }
  }
  content.end();
  await kind;
}

function readKind(content: Readable, path: string, first: Buffer): Promise<void> {
  if (first.readUInt16BE() === 0x1f8b) return readTar(content.pipe(createGunzip()), path, 1);
  return first.toString("latin1", 257, 262) === "ustar"
    ? readTar(content, path, 1)
    : scan(content, path);
}

/** Looks for the two texts, across the borders of chunks too. */
async function scan(body: Bytes, where: string): Promise<void> {
  let tail = Buffer.alloc(0);
  for await (const chunk of body) {
    const window = Buffer.concat([tail, chunk]);
    if (window.includes(canary)) found.canaries.push(where);
    if (window.includes(marker)) found.markers.push(where);
    tail = window.subarray(-canary.length);
  }
}

test("every layer was read: programs, system and the tree's own history are among what was seen", () => {
  for (const path of ["bin/kalisi-gateway", "source/Cargo.toml"]) {
    expect(found.paths).toContain(`${template}/${path}`);
  }
  expect(found.paths).toContain("usr/bin/git");
  expect(found.markers).toStrictEqual([
    expect.stringMatching(new RegExp(`:${template}/source/\\.git/config$`)),
  ]);
});

test("no secret is in any layer, nor in the image's settings", () => {
  expect(found.canaries).toStrictEqual([]);
});

test("no layer has a settings file, a host key, a state or this repository's history", () => {
  const suspects = [...found.paths].filter(
    (path) =>
      /(^|\/)(\.env|ssh_host_[^/]*|authorized_keys|machine\.json|Pulumi\.[^/]*yaml|[^/]*\.dump)$/.test(
        path,
      ) ||
      (/(^|\/)\.git(\/|$)/.test(path) && !path.startsWith(`${template}/source/.git`)),
  );
  expect(suspects).toStrictEqual([]);
});
