import { join } from "node:path";
import { Command } from "commander";
import { ConfigError } from "../config/errors";
import { env } from "./commands/env";
import { pulumi } from "./commands/pulumi";
import { preview, type PreviewOptions } from "./commands/preview";
import { start } from "./commands/start";
import { status } from "./commands/status";
import { stop } from "./commands/stop";
import { test } from "./commands/test";
import { UserError } from "./user-error";

interface StackOption {
  readonly stack?: string;
}

const root = join(__dirname, "..");

const program = new Command("npm run").description("Kalisi in one container").showHelpAfterError();

const stackOption = [
  "--stack <name>",
  "the Pulumi stack (default: PULUMI_STACK, the selected one, dev)",
] as const;

program
  .command("start")
  .description("set this machine up, then pulumi up")
  .option("--build", "build the image anew, even if nothing changed")
  .option("--no-auto-start", "start the container with its services down")
  .option("--keys-from <file>", "public SSH keys that may log in, from a file")
  .option("--authorized-keys <keys>", "public SSH keys that may log in, as text")
  .option("--setup", "choose anew what set-up found on this machine")
  .option(...stackOption)
  .action((options: Parameters<typeof start>[1]) => start(root, options));

program
  .command("stop")
  .description("pulumi destroy: the container goes, the volumes stay")
  .option(...stackOption)
  .action((options: StackOption) => stop(root, options));

program
  .command("preview")
  .description("pulumi preview, and the policies")
  .option("--base <ref>", "what changes from another revision on, for a stack made for it")
  .option("--markdown <file>", "write that as a pull request's comment")
  .option(...stackOption)
  .action((options: PreviewOptions) => preview(root, options));

program
  .command("status")
  .description("what set-up chose, and how the container is")
  .option(...stackOption)
  .action((options: StackOption) => status(root, options));

program
  .command("env")
  .description("make the source tree's .env, or check the one that is there")
  .action(() => {
    env(root);
  });

program
  .command("pulumi")
  .description("run the Pulumi CLI that set-up chose")
  .allowUnknownOption()
  .helpOption(false)
  .argument("[args...]")
  .action((args: string[]) => pulumi(root, args));

program
  .command("test")
  .description("every test, unit to end-to-end")
  .argument("[names...]", "the checks to run, all by default")
  .action((names: string[]) => test(root, names));

// The first Ctrl-C is Pulumi's, to end what it has begun; the second ends this program, too.
process.once("SIGINT", () => undefined);

program.parseAsync().catch((error: unknown) => {
  const isForUsers = error instanceof UserError || error instanceof ConfigError;
  console.error(isForUsers ? error.message : error);
  process.exitCode = 1;
});
