import { Command } from "@commander-js/extra-typings";
import { chooseNames } from "../../config/names";
import { engineOf } from "../container/deployed";
import { requireFree } from "../locks";
import { jsonOption, stackOption, verboseOption, type UpdateOptions } from "../options";
import { print } from "../output";
import { findTarget } from "../rollback/find-target";
import {
  putSettingsBack,
  readReplaced,
  rollSettingsBack,
  withImage,
} from "../rollback/settings-file";
import { isRolledBack } from "../rollback/target";
import { openOnEngine } from "../open-stack";
import { prepareStack, type ReadyStack } from "../stack";
import { UserError } from "../user-error";
import { bringUp } from "./start";

export const declare = (root: string) =>
  new Command("rollback")
    .description("go back to the image and the settings of the last healthy start")
    .addOption(stackOption())
    .addOption(jsonOption())
    .addOption(verboseOption())
    .option("--undo", "go back to the settings that a rollback has replaced")
    .action(({ undo, ...options }) =>
      undo === true ? undoRollback(root, options) : rollBack(root, options),
    );

/** Writes the former settings, with the former image in place of a build, to the stack's file, and starts it. */
async function rollBack(root: string, options: UpdateOptions): Promise<void> {
  const { stack, machine, settings } = await openOnEngine(root, options);
  const { name } = stack;
  requireFree(root, name, "npm run rollback: nothing was changed");
  const docker = engineOf(machine);
  const { container } = chooseNames(name, settings.checked().names);
  const found = await findTarget(root, docker, name, container);
  const { target, recorded } = found;
  if (target === undefined) {
    throw new UserError(
      "KALISI-ROLLBACK-NONE",
      `Nothing was changed: of stack ${name}, there is no other healthy start whose image ${machine.engine.uri} has yet.\nCheck the former revision out, and: npm start`,
    );
  }
  const { start, problem } = target;
  if (problem !== undefined) {
    throw new UserError(
      "KALISI-ROLLBACK-VERSIONS",
      `Nothing was changed: the healthy start of ${start.at} cannot be gone back to: ${problem}.\nRestore a backup of that time, if you have one: npm run restore`,
    );
  }
  print(`Back to the healthy start of ${start.at}: image ${start.image}`);
  const isRepeated = recorded.some((each) => isRolledBack(each, found.settings));
  const text = withImage(start.settings, found.settings, start.image);
  const takeBack = rollSettingsBack(root, name, text, isRepeated);
  let ready: ReadyStack;
  try {
    ready = await prepareStack(root, { stack: name });
  } catch (error) {
    takeBack();
    throw error;
  }
  print(
    `Pulumi.${name}.yaml has the settings of that start, with its image. To come back to yours: npm run rollback -- --undo`,
  );
  await bringUp(root, ready, options);
}

/** Puts the settings back that a rollback has replaced, and starts the stack. */
async function undoRollback(root: string, options: UpdateOptions): Promise<void> {
  const { stack } = await openOnEngine(root, options);
  requireFree(root, stack.name, "npm run rollback: nothing was changed");
  if (readReplaced(root, stack.name) === undefined) {
    throw new UserError(
      "KALISI-ROLLBACK-NONE",
      `Nothing was changed: stack ${stack.name} was not rolled back`,
    );
  }
  putSettingsBack(root, stack.name);
  print(`Pulumi.${stack.name}.yaml is as it was before the rollback`);
  await bringUp(root, await prepareStack(root, { stack: stack.name }), options);
}
