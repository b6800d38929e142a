import { relative, resolve } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { quoted } from "../../config/quote";
import type { StackConfig } from "../../config/settings/schema";
import { checkParts, readManifest } from "../backup/archive-reader";
import { countData } from "../backup/count";
import { handOut, type HandedOut } from "../backup/hand-out";
import { findPassphrase } from "../backup/passphrase";
import { exchange, putBeside, restoreSteps } from "../backup/restore";
import { secretsPath, unlock } from "../backup/secrets";
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
  readonly withSecrets?: true | undefined;
}

export const declare = (root: string) =>
  new Command("restore")
    .description("replace a stack's data by that of a backup")
    .argument("<file>", "what npm run backup has written")
    .addOption(stackOption())
    .addOption(jsonOption())
    .option("--confirm <name>", "the stack's name, instead of typing it when asked", once)
    .option("--with-secrets", "have the .env that is in it, too, beside the present one")
    .action((file, options) => restore(root, resolve(file), options));

/** Replaces a stack's data by that of a backup, once the backup was found whole and the user has named the stack. */
async function restore(
  root: string,
  file: string,
  { confirm, withSecrets, ...options }: RestoreOptions,
): Promise<void> {
  const manifest = await readManifest(file);
  const { secrets } = manifest;
  if (withSecrets === true && secrets === undefined) {
    throw new UserError(
      "KALISI-BACKUP-SECRETS",
      `Nothing was changed: ${file} has no secrets, as it was made without --with-secrets.\nRestore it without that, and put the .env of that time back by hand`,
    );
  }
  const askPassphrase = withSecrets === true ? findPassphrase("Nothing was changed") : undefined;
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
  const unlocked =
    askPassphrase && secrets && (await unlock(file, secrets, await askPassphrase("present")));
  if (secrets !== undefined && unlocked === undefined) {
    print("It has the secrets of .env as well, which stay in it: --with-secrets takes them out");
  }
  print(`It replaces all data of stack ${stack.name} on ${machine.engine.uri}`);
  await confirmStack(stack.name, confirm, {
    purpose: "to replace its data",
    refusal: "Nothing was changed",
  });
  const config = settings.checked();
  const { timeouts } = config;
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
  const handedOut = unlocked && handOutSecrets(root, stack.name, config, unlocked);
  printResult({
    stack: stack.name,
    file,
    from: manifest.stack,
    created: manifest.created,
    counts,
    secrets: { inBackup: secrets !== undefined, ...handedOut },
  });
}

function handOutSecrets(
  root: string,
  stack: string,
  config: StackConfig,
  unlocked: Buffer,
): HandedOut {
  const present = secretsPath(root, config);
  const handedOut = handOut(root, stack, unlocked, present);
  const [own, other] = [present, handedOut.file ?? ""].map((path) =>
    relative(process.cwd(), path),
  ) as [string, string];
  if (handedOut.file === undefined) {
    print(`Secrets: ${own} is the one of the backup already`);
    return handedOut;
  }
  const names = handedOut.differing.join(", ");
  print(`Secrets: the backup's .env is in ${other}, and ${own} stays as it is`);
  print(names === "" ? "They have the same values" : `Their values differ: ${names}`);
  print("What the services have encrypted needs the backup's. To take it over:");
  print(`  cp ${quoted(other)} ${quoted(own)} && npm start -- --stack ${stack}`);
  return handedOut;
}
