import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { deployedIn } from "../../config/engine/deployed";
import { isLocal } from "../../config/engine/endpoint";
import { replaceFile } from "../../config/replace-file";
import { openStack } from "../choose-stack";
import { composeMark, toCompose } from "../container/compose-file";
import { readResources } from "../container/deployed";
import { uselessPlace } from "../named-place";
import { unsupported } from "../open-stack";
import { once, stackOption, type StackOption } from "../options";
import { print } from "../output";
import { findTools } from "../setup";
import { UserError } from "../user-error";

interface ExportOptions extends StackOption {
  readonly output?: string | undefined;
  readonly force?: true | undefined;
}

export const declare = (root: string) =>
  new Command("export-compose")
    .description("write a Compose file that runs what the stack runs")
    .addOption(stackOption())
    .option("--output <file>", "where to (default: stdout)", once)
    .option("--force", "replace that file, whatever it is")
    .action((options) => exportCompose(root, options));

/** Writes what a stack's last update has declared as a Compose file. Asks no Engine, and changes nothing on one. */
async function exportCompose(
  root: string,
  { stack: name, output, force }: ExportOptions,
): Promise<void> {
  const tools = await findTools(root, { redo: false });
  const stack = await openStack(root, tools, { stack: name });
  const resources = await readResources(stack);
  const { host, cluster } = deployedIn(resources);
  if (cluster !== undefined) throw unsupported(stack.name, cluster);
  refuseFar(stack.name, host);
  const text = toCompose(stack.name, resources);
  if (text === undefined) {
    throw new UserError(
      "KALISI-CONTAINER-MISSING",
      `Stack ${stack.name} has no container, and so nothing to write down: npm start makes it`,
    );
  }
  if (output === undefined) {
    process.stdout.write(text);
    return;
  }
  const path = resolve(output);
  try {
    if (force !== true) refuseForeign(path, output);
    replaceFile(path, text, 0o644);
  } catch (error) {
    throw error instanceof UserError ? error : uselessPlace(output, "--output FILE", error);
  }
  print(`The Compose file is ${output}: its first lines say what it cannot do`);
}

/** A Compose file could name the volume of the placed files; what places them, and keeps them as they are here, it cannot. */
function refuseFar(stack: string, host: string | undefined): void {
  if (host === undefined || isLocal(host)) return;
  throw new UserError(
    "KALISI-EXPORT-ENGINE",
    `Nothing was written: stack ${stack} is on ${host}, where npm start places .env and neo4j.conf; no Compose file can.\nExport a stack that is on this machine's Engine`,
  );
}

/** One of ours is replaced, and so is what is empty. */
function refuseForeign(path: string, shown: string): void {
  let before: string;
  try {
    before = readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  if (before !== "" && !before.startsWith(composeMark)) {
    throw new UserError(
      "KALISI-EXPORT-FILE",
      `Nothing was written: ${shown} is there already, and is not of npm run export-compose.\nChoose another --output, or add --force to replace it`,
    );
  }
}
