import { execFileSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { ensureKubernetesPlugin } from "../../cli/setup/kubernetes-plugin";
import { kubernetesPluginVersion } from "../../config/plugin-versions";
import { useFolder, writeText } from "../support/files";

const folder = useFolder();

/** A home of Pulumi's of the test's own, and a cache for the plugin's program. */
function makeHome() {
  const own = join(folder, randomUUID());
  const home = join(own, "home");
  const program = join(own, "cache", "pulumi-resource-kubernetes");
  const counted = { builds: 0 };
  const build = () => {
    counted.builds += 1;
    writeText(program, "#!/bin/sh\necho here\n");
    execFileSync("chmod", ["755", program]);
    return Promise.resolve(program);
  };
  const said: string[] = [];
  const report = (...words: readonly string[]) => said.push(words.join(": "));
  const plugins = join(home, "plugins");
  return {
    ...{ home, program, plugins, counted, said },
    ensure: (isWanted: boolean, choice: { readonly home?: string } = { home }, how = build) =>
      ensureKubernetesPlugin(choice, isWanted, report, how),
    started: () =>
      execFileSync(join(plugins, "resource-kubernetes-v4.25.0", "pulumi-resource-kubernetes"), {
        encoding: "utf8",
      }),
  };
}

test("a stack on Docker has no Kubernetes plugin, and the official Pulumi gets it by itself", async () => {
  const { ensure, counted } = makeHome();
  await ensure(false);
  await ensure(true, {});
  expect(counted.builds).toBe(0);
});

test("one that cannot be built says why, with what to do, and leaves nothing", async () => {
  const { ensure, home, plugins } = makeHome();
  const failing = () => Promise.reject(new Error("there is no Go on PATH. Install it."));
  await expect(ensure(true, { home }, failing)).rejects.toMatchObject({
    code: "KALISI-SETUP-PULUMI",
    message: "there is no Go on PATH. Install it.",
  });
  expect(() => readdirSync(plugins)).toThrow("ENOENT");
});

test("a stack on Kubernetes has it where Pulumi looks for plugins, made once", async () => {
  const { ensure, counted, started, plugins, said } = makeHome();
  await ensure(true);
  await ensure(true);
  expect(counted.builds).toBe(1);
  expect(started()).toBe("here\n");
  expect(readdirSync(plugins)).toStrictEqual([`resource-kubernetes-v${kubernetesPluginVersion}`]);
  expect(said).toStrictEqual([`Pulumi's Kubernetes plugin: 4.25.0: built from Go modules`]);
});

test("it is made again when the cache is gone that it was in", async () => {
  const { ensure, program, counted, started } = makeHome();
  await ensure(true);
  rmSync(program);
  await ensure(true);
  expect(counted.builds).toBe(2);
  expect(started()).toBe("here\n");
});
