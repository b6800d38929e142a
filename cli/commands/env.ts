import { join, relative } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { stackNames } from "../../config/engine/state-file";
import { checkEnvFile } from "../../config/files/env-file";
import { isThere } from "../../config/files/kept-settings";
import { readText } from "../../config/files/read";
import { missingSource } from "../../config/files/source-tree";
import { throwIfAny, type Problem } from "../../config/errors";
import { readMachineProfile } from "../../config/machine-profile";
import type { Settings } from "../../config/resolve-settings";
import { findTools } from "../setup";
import { makeEnvFile, settingsPath } from "../setup/env-file";
import { isPulumiThere } from "../setup/pulumi";
import { report } from "../setup/report";
import { putBackSettings } from "../setup/source";
import { chooseStack, findStack, nameToMake } from "../choose-stack";
import { nothingDeployed } from "../container/deployed";
import { guardSecrets, refuseNewSecrets, type SecretsGuard } from "../former-secrets";
import { stackOption, type StackOption } from "../options";
import { readSettings, readSettingsOfFile } from "../stack-settings";
import { print } from "../output";
import { UserError } from "../user-error";

interface EnvOptions extends StackOption {
  readonly newSecrets?: true | undefined;
}

export const declare = (root: string) =>
  new Command("env")
    .description("make the source tree's .env, or check the one that is there")
    .addOption(stackOption())
    .option("--new-secrets", "make it though there are volumes that may need the former secrets")
    .action((options) => env(root, options));

/** Makes the runtime settings file from the source tree's example, or checks the one that is there. */
async function env(root: string, { newSecrets, ...options }: EnvOptions): Promise<void> {
  const { settings, guard } = await settingsOf(root, options);
  const { source, envFile } = settings.checked();
  putBackSettings(root, source.path, envFile, report);
  const path = settingsPath(root, { source, envFile });
  if (path === undefined) {
    const { problem } = missingSource(root, source.path, "");
    throw new UserError(
      "KALISI-SOURCE-MISSING",
      isThere(join(root, source.path))
        ? `There is no source tree in ${source.path}: ${problem}.\nHave it be the folder of one, then npm start`
        : `There is no source tree in ${source.path} yet.\nnpm start finds or clones one, and makes its .env`,
    );
  }
  const name = relative(root, path);
  if (isThere(path)) {
    print(`${name} is there already, and stays as it is.`);
  } else if (envFile === undefined) {
    if (newSecrets !== true) {
      await guard(path);
    }
    const { generated, leftOut } = makeEnvFile(root, path);
    print(`${name}: made from .env.example, for you alone to read (mode 0600)`);
    print(`  generated: ${generated.join(", ")}`);
    if (leftOut.length > 0) {
      print(`  left out until you have one: ${leftOut.join(", ")}`);
    }
  }
  check(path, name);
}

/** Without Pulumi, which takes its time to install, its state has the names of the stacks. */
async function settingsOf(
  root: string,
  options: StackOption,
): Promise<{ readonly settings: Settings; readonly guard: SecretsGuard }> {
  const profile = readMachineProfile(root);
  const read = (name: string) => readSettingsOfFile(root, [name], profile);
  if (isPulumiThere(profile.pulumi)) {
    const tools = await findTools(root, { redo: false });
    const stack = await findStack(root, tools, options);
    const name = stack?.name ?? nameToMake();
    const settings = stack === undefined ? read(name) : await readSettings(stack, profile);
    const choose = () => chooseStack(root, tools, options.stack);
    return { settings, guard: guardSecrets(root, profile, choose, { name, settings }) };
  }
  const chosen = options.stack ?? nameToMake();
  return {
    settings: read(chosen),
    guard: async (path) => {
      const existing = stackNames(root, process.env);
      const users = [...new Set([chosen, ...existing])].map((name) => ({
        name,
        settings: read(name),
        deployed: nothingDeployed,
        exists: existing.includes(name),
      }));
      const concerned = users.filter(
        ({ settings }) => settingsPath(root, settings.config) === path,
      );
      await refuseNewSecrets(root, path, profile.digestKey, concerned, chosen);
    },
  };
}

function check(path: string, name: string): void {
  const problems: Problem[] = [];
  const unread = {
    code: "KALISI-ENV-UNREADABLE",
    fix: "make it a file that you can read",
  } as const;
  const content = readText(path, name, unread, problems);
  const checked = content === undefined ? undefined : checkEnvFile(content, name);
  problems.push(...(checked?.problems ?? []));
  for (const warning of checked?.warnings ?? []) {
    print(`warning: ${warning}`);
  }
  throwIfAny(problems);
  print(`${name} has all that the services need.`);
}
