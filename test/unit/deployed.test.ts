import { chmodSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { readDeployed } from "../../cli/container/deployed";
import { exportOf, readState, resourcesOf } from "../../config/engine/deployed";
import { readStateFile } from "../../config/engine/state-file";
import { useFolder, writeText } from "../support/files";

const folder = useFolder();
const command = join(folder, "pulumi");

const volume = (name: string) => ({ type: "docker:index/volume:Volume", outputs: { name } });
const image = (imageName: string, repoDigest: string) => ({
  type: "docker:index/image:Image",
  outputs: { imageName, repoDigest },
});
const imageId = `sha256:${"c".repeat(64)}`;
const keyFingerprints = ["SHA256:a", "SHA256:b"];
const stdin = 'from="10.0.0.1" ssh-ed25519 AAAAx me on my machine\nssh-ed25519 AAAAy\n';
const exported = JSON.stringify({
  version: 3,
  deployment: {
    resources: [
      {
        type: "pulumi:pulumi:Stack",
        outputs: { url: "https://localhost:1", ssh: 2, keyFingerprints },
      },
      { type: "pulumi:providers:docker", outputs: { host: "unix:///d.sock" } },
      { type: "docker:index/container:Container", id: "c1", outputs: { name: "mine" } },
      { type: "docker:index/network:Network", id: "n1", delete: true },
      { type: "command:local:Command", outputs: { stdout: "healthy" } },
      {
        type: "command:local:Command",
        outputs: { create: "node set-build-network.ts", stdin: "{}" },
      },
      { type: "command:local:Command", outputs: { create: "node set-authorized-keys.ts", stdin } },
      volume("kept"),
      image("kalisi/all-in-one:mine", imageId),
      image("ghcr.io/me/kalisi:latest", `ghcr.io/me/kalisi@${imageId}`),
      { ...image("kalisi/all-in-one:mine", `sha256:${"d".repeat(64)}`), delete: true },
      { ...volume("going"), delete: true },
    ],
  },
});

// A Pulumi that has this to say to that one question.
beforeAll(() => {
  writeText(join(folder, ".pulumi-state/.pulumi/meta.yaml"), "version: 1\n");
  const question = exportOf("mine").join(" ");
  writeText(
    command,
    `#!/bin/sh\n[ "$*" = '${question}' ] || exit 1\ncat <<'END'\n${exported}\nEND\n`,
  );
  chmodSync(command, 0o700);
  process.env["PATH"] = `${folder}:${process.env["PATH"] ?? ""}`;
});

test("a state is asked for as it lies there, with its secrets encrypted", () => {
  const question = ["stack", "export", "--stack", "mine", "--non-interactive"];
  expect(exportOf("mine")).toStrictEqual(question);
});

test("a new state has nothing", () => {
  expect(resourcesOf('{ "version": 3, "deployment": {} }')).toStrictEqual([]);
});

test("the program and the commands read the same of a state", async () => {
  // What is to be deleted yet does not count, but its id.
  const found = {
    host: "unix:///d.sock",
    container: "mine",
    ids: ["c1", "n1"],
    volumes: ["kept"],
    // What was published is the same image, by another name.
    image: { id: imageId, names: ["kalisi/all-in-one:mine", "ghcr.io/me/kalisi:latest"] },
  };
  const stack = {
    name: "mine",
    workspace: { pulumiCommand: { command }, workDir: folder, envVars: {} },
  };
  expect(await readDeployed(stack as unknown as Stack)).toStrictEqual({
    ...found,
    addresses: { url: "https://localhost:1" },
    keys: { "SHA256:a": "me on my machine", "SHA256:b": "" },
  });
  expect(await readState(folder, "mine", undefined)).toStrictEqual(found);
  expect(await readState(folder, "another", undefined)).toBeUndefined();
});

describe("the project's own backend", () => {
  const { deployment } = JSON.parse(exported) as { readonly deployment: object };
  const stacks = ".pulumi/stacks/kalisi";
  const write = (backend: string, content: unknown) => {
    writeText(join(backend, stacks, "lying.json"), JSON.stringify(content));
  };
  const file = {
    version: 3,
    checkpoint: { stack: "organization/kalisi/lying", latest: deployment },
  };

  test("is read where it lies", async () => {
    write(join(folder, ".pulumi-state"), file);
    expect(await readState(folder, "organization/kalisi/lying", undefined)).toMatchObject({
      container: "mine",
      ids: ["c1", "n1"],
    });
  });

  test("or where PULUMI_BACKEND_URL has it", () => {
    write(join(folder, "else"), { version: 3, checkpoint: {} });
    const at = (url: string) => readStateFile(folder, "lying", { PULUMI_BACKEND_URL: url });
    expect(at(`file://${folder}/else`)).toStrictEqual([]);
    for (const url of ["s3://bucket", "file://~", "file://relative", "https://api.pulumi.com"]) {
      expect(at(url)).toBeUndefined();
    }
  });

  test.each([
    ["of another version", { ...file, version: 4 }],
    ["that is none", { version: 3 }],
  ])("where it has a state %s, Pulumi is asked", (_, content) => {
    write(join(folder, ".pulumi-state"), content);
    expect(readStateFile(folder, "lying", {})).toBeUndefined();
  });
});
