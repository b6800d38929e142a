import { existsSync } from "node:fs";
import { relative } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { checkEnvFile } from "../../config/files/env-file";
import { readText, resolvePath } from "../../config/files/read";
import { ConfigError, type Problem } from "../../config/errors";
import { readMachineProfile } from "../../config/machine-profile";
import type { Settings } from "../../config/resolve-settings";
import { findTools } from "../setup";
import { envFilePath, makeEnvFile } from "../setup/env-file";
import { isPulumiThere } from "../setup/pulumi";
import { report } from "../setup/report";
import { putBackSettings } from "../setup/source";
import { findSettings, nameToMake } from "../choose-stack";
import { stackOption, type StackOption } from "../options";
import { readSettingsOfFile } from "../stack-settings";
import { print } from "../output";
import { UserError } from "../user-error";

export const declare = (root: string) =>
  new Command("env")
    .description("make the source tree's .env, or check the one that is there")
    .addOption(stackOption())
    .action((options) => env(root, options));

/** Makes the runtime settings file from the source tree's example, or checks the one that is there. */
async function env(root: string, options: StackOption): Promise<void> {
  const { source, envFile } = (await settingsOf(root, options)).checked();
  putBackSettings(root, source.path, envFile, report);
  const path = envFile === undefined ? envFilePath(root, source.path) : resolvePath(root, envFile);
  if (path === undefined) {
    throw new UserError(
      `There is no source tree in ${source.path} yet.\nnpm start finds or clones one, and makes its .env`,
    );
  }
  const name = relative(root, path);
  if (existsSync(path)) {
    print(`${name} is there already, and stays as it is.`);
  } else if (envFile === undefined) {
    const { generated, leftOut } = makeEnvFile(root, path);
    print(`${name}: made from .env.example, for you alone to read (mode 0600)`);
    print(`  generated: ${generated.join(", ")}`);
    if (leftOut.length > 0) {
      print(`  left out until you have one: ${leftOut.join(", ")}`);
    }
  }
  check(path, name);
}

/** Without Pulumi, which takes its time to install, there is no stack but the one to be made. */
async function settingsOf(root: string, options: StackOption): Promise<Settings> {
  const profile = readMachineProfile(root);
  return isPulumiThere(profile.pulumi)
    ? findSettings(root, await findTools(root, { redo: false }), options)
    : readSettingsOfFile(root, [options.stack ?? nameToMake()], profile);
}

function check(path: string, name: string): void {
  const problems: Problem[] = [];
  const content = readText(path, name, "make it a file that you can read", problems);
  const checked = content === undefined ? undefined : checkEnvFile(content, name);
  problems.push(...(checked?.problems ?? []));
  for (const warning of checked?.warnings ?? []) {
    print(`warning: ${warning}`);
  }
  if (problems.length > 0) {
    throw new UserError(new ConfigError(problems).message);
  }
  print(`${name} has all that the services need.`);
}
