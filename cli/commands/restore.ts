import { resolve } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { checkParts, readManifest } from "../backup/archive-reader";
import { countData } from "../backup/count";
import { exchange, putBeside, restoreSteps } from "../backup/restore";
import { versionsOf, whyNotRestorable } from "../backup/versions";
import { confirmStack } from "../confirm";
import { refusePaused } from "../container/answers";
import { engineOf } from "../container/deployed";
import { openContainer } from "../container/open";
import { formatBytes } from "../container/volumes";
import { jsonOption, once, stackOption, type StackOption } from "../options";
import { print, printResult } from "../output";
import { showTask } from "../progress/task";
import { askInside } from "../status/inside";
import { UserError } from "../user-error";

interface RestoreOptions extends StackOption {
  readonly confirm?: string | undefined;
}

export const declare = (root: string) =>
  new Command("restore")
    .description("replace a stack's data by that of a backup")
    .argument("<file>", "what npm run backup has written")
    .addOption(stackOption())
    .addOption(jsonOption())
    .option("--confirm <name>", "the stack's name, instead of typing it when asked", once)
    .action((file, options) => restore(root, resolve(file), options));

/** Replaces a stack's data by that of a backup, once the backup was found whole and the user has named the stack. */
async function restore(
  root: string,
  file: string,
  { confirm, ...options }: RestoreOptions,
): Promise<void> {
  const manifest = await readManifest(file);
  await showTask({ name: "archive", doing: "checking", done: "whole" }, 1, (steps) => {
    let read = 0;
    steps.next("checksums");
    return checkParts(file, manifest, (bytes) => {
      read += bytes;
      steps.note(formatBytes(read));
    });
  });
  const opened = await openContainer(root, options);
  const { machine, stack, container, name, settings } = opened;
  await refusePaused(machine, name);
  const { versions } = await askInside(container);
  const problem = whyNotRestorable(manifest.versions, await versionsOf(root, container, versions));
  if (problem !== undefined) {
    throw new UserError("KALISI-BACKUP-VERSIONS", `Nothing was changed: ${file}: ${problem}`);
  }
  print(`Backup of stack ${manifest.stack}, made ${manifest.created}`);
  print(`It replaces all data of stack ${stack.name} on ${machine.engine.uri}`);
  await confirmStack(stack.name, confirm, {
    purpose: "to replace its data",
    refusal: "Nothing was changed",
  });
  const { timeouts } = settings.checked();
  const target = { docker: engineOf(machine), name, timeouts };
  await showTask(
    { name: "restore", doing: "restoring", done: "restored" },
    restoreSteps,
    async (steps) => {
      await putBeside(target, file, manifest, steps);
      steps.next("start");
      await exchange(target, "all");
    },
  );
  const counts = await countData(container);
  print(
    `Restored: ${counts.nodes} nodes and ${counts.relationships} relationships, ${counts.keys} keys, ${counts.files} files`,
  );
  printResult({ stack: stack.name, file, from: manifest.stack, created: manifest.created, counts });
}
