import { imageSettings } from "../support/image/declared";
import { inImage } from "../support/image/in-image";
import { plainImage, removeNextImages } from "../support/image/next-image";
import { TinyTree } from "../support/image/tiny-tree";

jest.setTimeout(300_000);

const tree = new TinyTree();

/** Installs a toolchain as rustup does, writable for everybody. */
const rustup = `#!/bin/sh
mkdir -p "$RUSTUP_HOME/toolchains/some/bin"
touch "$RUSTUP_HOME/toolchains/some/bin/rustc"
chmod -R 0777 "$RUSTUP_HOME"`;

/** An image that has what the official ones of Rust, Node and Neo4j have, where they have it. */
async function openImage(): Promise<string> {
  const base = imageSettings().baseImages.base ?? "ubuntu:24.04";
  const folders = "/usr/local/cargo /usr/local/lib/node_modules /var/lib/neo4j";
  const script = `mkdir -p /usr/local/cargo/bin /usr/local/lib/node_modules/npm/bin
    mkdir -p /var/lib/neo4j/lib /var/lib/neo4j/labs /var/lib/neo4j/bin/tools
    printf %s '${rustup}' > /usr/local/cargo/bin/rustup
    cd /usr/local/bin && touch node npm npx && chmod 0777 node npm npx
    cd /var/lib/neo4j && touch lib/some.jar labs/apoc-5-core.jar bin/tools/cypher-shell.jar
    chown -R 1000:1000 ${folders}
    chmod -R 0777 ${folders}`;
  const name = `${process.env["KALISI_TEST_PREFIX"] ?? "kalisi"}/open:${process.pid}`;
  await plainImage(`FROM ${base}\nRUN ${JSON.stringify(["sh", "-euc", script])}\n`, name);
  return name;
}

let image: string;

beforeAll(async () => {
  image = await openImage();
});

afterAll(async () => {
  await tree.remove();
  await removeNextImages();
});

test.each(["rust", "node", "neo4j"])("what an image of %s leaves open is closed", async (part) => {
  const name = part.toUpperCase();
  const { id } = await tree.build(part, {
    [`${name}_FROM`]: "official",
    [`${name}_IMAGE`]: image,
  });
  const folder = `/opt/${part}`;
  expect(await inImage(id, "find", folder, "-type", "f")).not.toBe("");
  const open = ["(", "-perm", "/022", "-o", "-not", "-user", "root", ")"];
  expect(await inImage(id, "find", folder, "-not", "-type", "l", ...open)).toBe("");
});
