import { chmodSync } from "node:fs";
import { join } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { readDeployed } from "../../cli/container/deployed";
import { exportOf, readState, resourcesOf } from "../../config/engine/deployed";
import { useFolder, writeText } from "../support/files";

const folder = useFolder();
const command = join(folder, "pulumi");

const volume = (name: string) => ({ type: "docker:index/volume:Volume", outputs: { name } });
const exported = JSON.stringify({
  version: 3,
  deployment: {
    resources: [
      { type: "pulumi:pulumi:Stack", outputs: { url: "https://localhost:1", ssh: 2 } },
      { type: "pulumi:providers:docker", outputs: { host: "unix:///d.sock" } },
      volume("kept"),
      { ...volume("going"), delete: true },
    ],
  },
});

// A Pulumi that has this to say to that one question.
beforeAll(() => {
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

test("what is to be deleted yet does not count, and a new state has nothing", () => {
  expect(resourcesOf(exported).map(({ outputs }) => outputs?.["name"])).not.toContain("going");
  expect(resourcesOf(exported)).toHaveLength(3);
  expect(resourcesOf('{ "version": 3, "deployment": {} }')).toStrictEqual([]);
});

test("the program and the commands read the same of a state", async () => {
  const found = { host: "unix:///d.sock", volumes: ["kept"] };
  const stack = {
    name: "mine",
    workspace: { pulumiCommand: { command }, workDir: folder, envVars: {} },
  };
  expect(await readDeployed(stack as unknown as Stack)).toStrictEqual({
    ...found,
    addresses: { url: "https://localhost:1" },
  });
  expect(await readState(folder, "mine", undefined)).toStrictEqual(found);
  expect(await readState(folder, "another", undefined)).toStrictEqual({ volumes: [] });
});
