import { spawn } from "node:child_process";
import { once } from "node:events";
import { Command } from "@commander-js/extra-typings";
import { stackOption, type StackOption } from "../options";
import { print } from "../output";
import { openAnywhere } from "../open-stack";
import { connectHint } from "../tell-up";
import { UserError } from "../user-error";

export const declare = (root: string) =>
  new Command("open")
    .description("shows the stack's page in the browser")
    .addOption(stackOption())
    .action((options) => open(root, options));

/** Node's names of systems, and what opens an address there. */
const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["explorer.exe"],
};

/** Hands the page's address to the user's browser, and prints it in any case. */
async function open(root: string, options: StackOption): Promise<void> {
  const opened = await openAnywhere(root, options);
  const { stack, deployed } = opened;
  const { url } = deployed.addresses;
  if (url === undefined) {
    throw new UserError(
      "KALISI-CONTAINER-MISSING",
      `Stack ${stack.name} is not up: npm start brings it up`,
    );
  }
  print(url);
  connectHint(opened).forEach(print);
  const [command, ...args] = openers[process.platform] ?? ["xdg-open"];
  const opener = spawn(command, [...args, url], { stdio: "ignore", detached: true });
  await once(opener, "spawn").catch(() => {
    print(`No program here opens it (${command} is missing): open it in a browser yourself`);
  });
  opener.unref();
}
