import { join } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { stackConfigSchema, type StackConfig } from "../../config/settings/schema";
import { printResult, print } from "../output";
import { findTools } from "../setup";
import { report } from "../setup/report";
import { putBackSettings } from "../setup/source";
import { settingsFiles } from "../source/keep-settings";
import { syncSource, type Synced } from "../source/sync";
import { findSettings } from "../choose-stack";
import { jsonOption, stackOption, type StackOption } from "../options";

interface SyncOptions {
  readonly discard?: true | undefined;
}

const defaultRepository = stackConfigSchema.parse({}).source.repository;

export const declare = (root: string) =>
  new Command("sync")
    .description("bring the source tree to the newest commit of its repository")
    .addOption(stackOption())
    .addOption(jsonOption())
    .option("--discard", "throw away what is edited or committed there and nowhere else")
    .action((options) => sync(root, options));

/** Brings the stack's source tree to the newest commit of the branch that it follows. */
async function sync(root: string, options: StackOption & SyncOptions): Promise<void> {
  const tools = await findTools(root, { redo: false });
  const config = (await findSettings(root, tools, options)).checked();
  const { from, to, ...rest } = await syncStack(root, config, options);
  if (from !== to) {
    print("npm start builds it.");
  }
  printResult({ source: config.source.path, from, to, ...rest });
}

/** {@link syncSource} with what is configured, telling what came of it. */
export async function syncStack(
  root: string,
  { source, envFile }: StackConfig,
  { discard = false }: { readonly discard?: boolean | undefined },
): Promise<Synced> {
  const { path, ref, repository } = source;
  putBackSettings(root, path, envFile, report);
  const synced = await syncSource(root, {
    path,
    ref,
    // Who has cloned from elsewhere by hand need not configure it.
    ...(repository === defaultRepository ? {} : { repository }),
    settings: settingsFiles(root, path, envFile),
    discard,
  });
  printSynced(path, ref, synced);
  return synced;
}

function printSynced(
  path: string,
  ref: string,
  { from, to, commits, discarded, kept }: Synced,
): void {
  const short = (commit: string) => commit.slice(0, 7);
  print(
    from === to
      ? `${path}: at origin/${ref} (${short(to)})`
      : `${path}: ${short(from)} -> ${short(to)}, ${commits} new commit(s) of origin/${ref}`,
  );
  const { edits, overwritten } = discarded;
  for (const lost of [...edits, ...overwritten]) {
    print(`  thrown away: ${lost}`);
  }
  if (discarded.commits.length > 0) {
    print(`  ${discarded.commits.length} commit(s) left behind: git -C ${path} log ${short(from)}`);
  }
  for (const file of kept) {
    print(
      `  ${join(path, file)} is yours and was kept; to see the repository's: git -C ${path} diff -- ${file}`,
    );
  }
}
