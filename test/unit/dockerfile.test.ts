import { readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");
const dockerfile = readFileSync(join(root, "docker", "Dockerfile"), "utf8");
const images = new Map(
  Array.from(dockerfile.matchAll(/^ARG (\w+_IMAGE)=(.+)$/gm), ([, name, image]) => [name, image]),
);

test.each(["BASE_IMAGE", "RUST_IMAGE", "NODE_IMAGE", "NEO4J_IMAGE"])(
  "%s is a tag with a digest",
  (name) => {
    expect(images.get(name)).toMatch(/^[a-z0-9]+:[\w.-]+@sha256:[0-9a-f]{64}$/);
  },
);

test("Neo4j has one version, whether it comes as an image or from Maven", () => {
  const pom = readFileSync(join(root, "docker", "neo4j", "pom.xml"), "utf8");
  const version = /<neo4j\.version>(.+)<\/neo4j\.version>/.exec(pom)?.[1] ?? "none";
  expect(images.get("NEO4J_IMAGE")).toMatch(new RegExp(`^neo4j:${version}-community@`));
});
