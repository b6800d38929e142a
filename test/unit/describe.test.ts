import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { declareKeys, describeKeys } from "../../config/settings/describe";
import { stackLayer } from "../../config/settings/layers";
import { parseLayers, readRawConfig } from "../../config/settings/parse";
import { stackConfigKeys } from "../../config/settings/schema";
import {
  environmentLayer,
  environmentVariables,
  machineLayer,
} from "../../config/settings/sources";

const root = join(__dirname, "..", "..");

function docs(cwd: string, ...args: readonly string[]) {
  const compile = ["--require", join(root, "compile.cjs")];
  return spawnSync(process.execPath, [...compile, join(root, "cli", "docs.ts"), ...args], {
    cwd,
    encoding: "utf8",
  });
}

test("the parts that npm run docs writes say what the code says", () => {
  expect(docs(root, "--check").stderr).toBe("");
});

test("a document that is stale is reported with the command that updates it, and updated by that", () => {
  const copy = mkdtempSync(join(tmpdir(), "kalisi-docs-"));
  try {
    mkdirSync(join(copy, "docs"));
    mkdirSync(join(copy, "docker"));
    for (const path of [
      "Pulumi.yaml",
      "docker/Dockerfile.dockerignore",
      "docs/architecture.md",
      "docs/configuration.md",
      "docs/troubleshooting.md",
    ]) {
      cpSync(join(root, path), join(copy, path));
    }
    const yaml = readFileSync(join(root, "Pulumi.yaml"), "utf8");
    writeFileSync(join(copy, "Pulumi.yaml"), yaml.replace("stopSeconds: 90", "stopSeconds: 91"));
    expect(docs(copy, "--check")).toMatchObject({
      status: 1,
      stderr: "Pulumi.yaml is out of date.\nUpdate it: npm run docs\n",
    });
    expect(docs(copy).status).toBe(0);
    expect(readFileSync(join(copy, "Pulumi.yaml"), "utf8")).toBe(yaml);
  } finally {
    rmSync(copy, { recursive: true });
  }
});

test("every key is declared, and every key is described", () => {
  expect(Object.keys(declareKeys())).toStrictEqual(stackConfigKeys);
  expect(describeKeys().filter(({ meaning }) => meaning === "")).toStrictEqual([]);
});

describe("what Pulumi makes of the declarations", () => {
  // Pulumi hands over structured values as JSON, others as text.
  const raw = Object.fromEntries(
    Object.entries(declareKeys()).map(([key, { type, default: value }]) => [
      `kalisi:${key}`,
      type === "string" ? String(value) : JSON.stringify(value),
    ]),
  );
  const declared = stackLayer(readRawConfig(raw).values);

  test("is the schema's own defaults", () => {
    expect(parseLayers([declared])).toMatchObject({ problems: [] });
    expect(parseLayers([declared]).config).toStrictEqual(parseLayers([]).config);
  });

  test("hides neither the environment nor the machine profile", () => {
    const env = Object.fromEntries(
      environmentVariables.map(({ name }) => [
        name,
        {
          KALISI_AUTO_START: "false",
          KALISI_SOURCE: "examples/source",
          DOCKER_HOST: "tcp://h:1",
        }[name] ?? "some/text",
      ]),
    );
    const below = [
      machineLayer({
        digestKey: "",
        sourcePath: "source/source",
        baseImages: { base: "a:1" },
        from: { rust: "debian", node: "debian", neo4j: "maven" },
      }),
      environmentLayer(env),
    ];
    const alone = parseLayers(below).config;
    expect(alone).toMatchObject({ autoStart: false, image: { name: "some/text" } });
    expect(parseLayers([...below, declared]).config).toStrictEqual(alone);
  });
});
