import { existsSync } from "node:fs";
import { relative } from "node:path";
import { checkEnvFile } from "../../config/files/env-file";
import { ConfigError, type Problem } from "../../config/errors";
import { readText } from "../../config/files/read";
import { readMachineProfile } from "../../config/machine-profile";
import { envFilePath, makeEnvFile } from "../setup/env-file";
import { UserError } from "../user-error";

/** Makes the runtime settings file from the source tree's example, or checks the one that is there. */
export function env(root: string): void {
  const ordered = process.env["KALISI_SOURCE"] ?? "";
  const sourcePath = ordered === "" ? readMachineProfile(root).sourcePath : ordered;
  const path = envFilePath(root, sourcePath ?? "source");
  if (path === undefined) {
    throw new UserError(
      `There is no source tree in ${sourcePath ?? "source"} yet.\nnpm start finds or clones one, and makes its .env`,
    );
  }
  const name = relative(root, path);
  if (existsSync(path)) {
    console.log(`${name} is there already, and stays as it is.`);
  } else {
    const { generated, leftOut } = makeEnvFile(root, path);
    console.log(`${name}: made from .env.example, for you alone to read (mode 0600)`);
    console.log(`  generated: ${generated.join(", ")}`);
    if (leftOut.length > 0) {
      console.log(`  left out until you have one: ${leftOut.join(", ")}`);
    }
  }
  check(path, name);
}

function check(path: string, name: string): void {
  const problems: Problem[] = [];
  const content = readText(path, name, "make it a file that you can read", problems);
  const checked = content === undefined ? undefined : checkEnvFile(content, name);
  problems.push(...(checked?.problems ?? []));
  for (const warning of checked?.warnings ?? []) {
    console.log(`warning: ${warning}`);
  }
  if (problems.length > 0) {
    throw new UserError(new ConfigError(problems).message);
  }
  console.log(`${name} has all that the services need.`);
}
