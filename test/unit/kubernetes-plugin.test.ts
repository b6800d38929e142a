import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureKubernetesPlugin } from "../../cli/setup/kubernetes-plugin";
import { kubernetesPluginVersion } from "../../config/plugin-versions";
import { useFolder, writeText } from "../support/files";

const folder = useFolder();
const home = join(folder, "home");
const plugins = join(home, "plugins");
const program = join(folder, "cache", "pulumi-resource-kubernetes");
let builds = 0;
const build = () => {
  builds += 1;
  writeText(program, "#!/bin/sh\necho here\n");
  execFileSync("chmod", ["755", program]);
  return Promise.resolve(program);
};
const said: string[] = [];
const report = (...words: readonly string[]) => said.push(words.join(": "));

const ensure = (isWanted: boolean, choice: { readonly home?: string } = { home }, how = build) =>
  ensureKubernetesPlugin(choice, isWanted, report, how);

const started = () =>
  execFileSync(join(plugins, "resource-kubernetes-v4.25.0", "pulumi-resource-kubernetes"), {
    encoding: "utf8",
  });

test("a stack on Docker has no Kubernetes plugin, and the official Pulumi gets it by itself", async () => {
  await ensure(false);
  await ensure(true, {});
  expect(builds).toBe(0);
});

test("one that cannot be built says why, with what to do, and leaves nothing", async () => {
  const failing = () => Promise.reject(new Error("there is no Go on PATH. Install it."));
  await expect(ensure(true, { home }, failing)).rejects.toMatchObject({
    code: "KALISI-SETUP-PULUMI",
    message: "there is no Go on PATH. Install it.",
  });
  expect(() => readdirSync(plugins)).toThrow("ENOENT");
});

test("a stack on Kubernetes has it where Pulumi looks for plugins, made once", async () => {
  await ensure(true);
  await ensure(true);
  expect(builds).toBe(1);
  expect(started()).toBe("here\n");
  expect(readdirSync(plugins)).toStrictEqual([`resource-kubernetes-v${kubernetesPluginVersion}`]);
  expect(said).toStrictEqual([`Pulumi's Kubernetes plugin: 4.25.0: built from Go modules`]);
});

test("it is made again when the cache is gone that it was in", async () => {
  rmSync(program);
  await ensure(true);
  expect(builds).toBe(2);
  expect(started()).toBe("here\n");
});
