import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import type { Stack } from "@pulumi/pulumi/automation";
import { dockerClient } from "../../config/engine/client";
import { ConfigError } from "../../config/errors";
import { resolveSettings, type Settings } from "../../config/resolve-settings";
import { findTools, pulumiEnvironment, setUp, type Tools } from "../setup";
import { report } from "../setup/report";
import { ensureSource } from "../setup/source";
import { chooseStack, findStack } from "../choose-stack";
import { guardSecrets } from "../former-secrets";
import { releaseLocks } from "../locks";
import { readSettings } from "../stack-settings";

/** Of Pulumi's commands those that run the program or ask the Engine. */
const onEngine = new Set(["up", "update", "preview", "pre", "refresh", "destroy", "down", "watch"]);

export const declare = (root: string) =>
  new Command("pulumi")
    .description("run the Pulumi CLI that set-up chose")
    .allowUnknownOption()
    .helpOption(false)
    .argument("[args...]")
    .action((args) => pulumi(root, args));

/** Runs the Pulumi CLI that set-up chose, with the user's own arguments and terminal. */
async function pulumi(root: string, args: readonly string[]): Promise<void> {
  const tools = await findTools(root, { redo: false });
  const stack = await findStack(root, tools, stackOption(args)).catch(() => undefined);
  if (stack !== undefined) {
    // What is still locked Pulumi reports itself.
    releaseLocks(root, stack.name);
  }
  await prepare(root, tools, stack, args);
  const { status } = spawnSync(join(tools.pulumi.bin, "pulumi"), args, {
    cwd: root,
    env: { ...process.env, ...pulumiEnvironment(tools.pulumi) },
    stdio: "inherit",
  });
  process.exitCode = status ?? 1;
}

/**
 * What the command that follows will need of the machine, for the stack that it is about. A command that needs no
 * Engine is kept from none, and installs none: it may be the one that names another, or corrects the configuration.
 */
async function prepare(
  root: string,
  tools: Tools,
  stack: Stack | undefined,
  args: readonly string[],
): Promise<void> {
  const settings = await settingsOf(stack, tools);
  const isNeeded = args.some((word) => onEngine.has(word));
  try {
    const named = settings.engine();
    if (!isNeeded) await dockerClient(named.uri).ping();
    const { profile } = await setUp(root, tools, named);
    const guard = guardSecrets(
      root,
      profile,
      () => chooseStack(root, tools, undefined),
      stack && { name: stack.name, settings },
    );
    await ensureSource(root, profile, settings.checked(), guard, report);
  } catch (error) {
    if (isNeeded && !(error instanceof ConfigError)) throw error;
  }
}

/** Without a stack, those of one without any configuration: Pulumi says itself what is wrong with a stack. */
async function settingsOf(stack: Stack | undefined, { profile }: Tools): Promise<Settings> {
  const none = { flags: {}, stackConfig: {}, environment: process.env, profile };
  return stack === undefined
    ? resolveSettings(none)
    : readSettings(stack, profile).catch(() => resolveSettings(none));
}

/** The stack that Pulumi's own arguments name. */
function stackOption(args: readonly string[]): { readonly stack?: string } {
  const at = args.findIndex((word) => /^(?:-s|--stack)$/.test(word));
  const stack =
    at === -1
      ? args.map((word) => /^--stack=(.+)$/.exec(word)?.[1]).find((name) => name !== undefined)
      : args[at + 1];
  return stack === undefined ? {} : { stack };
}
