import { Command } from "@commander-js/extra-typings";
import { stackOption, type StackOption } from "../options";
import { readSshAccess } from "../read-ssh-access";
import { sshOptions } from "../ssh-access";

export const declare = (root: string) =>
  new Command("ssh-config")
    .description("prints what ~/.ssh/config needs for `ssh` and editors to reach the container")
    .addOption(stackOption())
    .action((options) => sshConfig(root, options));

/** Prints a Host block with the container's own host key; changes no file. */
async function sshConfig(root: string, options: StackOption): Promise<void> {
  const access = await readSshAccess(root, options);
  const lines = sshOptions(access).map(([name, value]) => `  ${name} ${value}\n`);
  process.stdout.write(
    `# The host key's fingerprint: ${access.fingerprint}\nHost ${access.host}\n${lines.join("")}`,
  );
}
