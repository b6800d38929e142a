import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { checkOutsideContext } from "./build-context";
import { certificatesOf, checkCaFile } from "./ca-file";
import { checkEnvFile } from "./env-file";
import type { Problem } from "../errors";
import { localFolder } from "../local-folder";
import { isThere, keptPath } from "./kept-settings";
import { quoted } from "../quote";
import { checkBindPath, checkMode, readText, resolvePath } from "./read";
import { checkNeo4jConf } from "./neo4j/conf";
import type { MemoryPlan } from "./neo4j/memory";

// The files that the configuration names. `setting` names each as its user would type it; what is wrong with
// a file is added to `problems`.

/** What to do about a settings file that is not there where `npm start` makes it. */
export const makeSettings = "make it with: npm run env";

/**
 * Reads and checks the services' `.env`.
 *
 * @param isConfigured whether a setting names it, so that no command makes it
 */
export function readEnvFile(
  root: string,
  path: string,
  setting: string,
  isConfigured: boolean,
  problems: Problem[],
  warnings: string[],
) {
  if (isThere(keptPath(path))) {
    problems.push(interrupted(path, setting));
    return { path, content: "" };
  }
  const fix = isThere(path)
    ? "correct the file, or put it back from a backup: its secrets are in no other place"
    : isConfigured
      ? `put it there, or take the source tree's own: pulumi config rm --path ${quoted(setting)}`
      : makeSettings;
  const content = readText(path, setting, { code: "KALISI-ENV-UNREADABLE", fix }, problems);
  if (content !== undefined) {
    const checked = checkEnvFile(content, relative(root, path));
    problems.push(
      ...checked.problems,
      ...checkBindPath(path, setting),
      ...checkOutsideContext(root, path, setting),
    );
    warnings.push(...checked.warnings, ...checkMode(path));
  }
  return { path, content: content ?? "" };
}

/** What git has put in the file's place, if anything, is not what the services ran with. */
function interrupted(path: string, setting: string): Problem {
  return {
    code: "KALISI-SOURCE-INTERRUPTED",
    setting,
    value: path,
    problem: `an update of the source tree was interrupted, and your settings are in ${keptPath(path)}`,
    fix: isThere(path)
      ? `keep one of the two as ${path}, and remove the other`
      : "npm run env puts them back",
  };
}

/** Reads and checks a file of certificates; PEM, without anything else that the file holds. */
export function readCaFile(
  root: string,
  file: string | undefined,
  setting: string,
  problems: Problem[],
): string | undefined {
  if (file === undefined) {
    return undefined;
  }
  const path = resolvePath(root, file);
  const content = readText(
    path,
    setting,
    { code: "KALISI-CERTIFICATE-FILE", fix: "name a readable PEM file" },
    problems,
  );
  const found = content === undefined ? [] : checkCaFile(content, setting, path, new Date());
  problems.push(...found);
  return content === undefined || found.length > 0 ? undefined : certificatesOf(content);
}

/** The certificates that set-up found on this machine beyond the distribution's own, in PEM. */
export function readMachineCertificates(root: string): string | undefined {
  const folder = join(localFolder(root), "ca");
  const files = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith(".crt"))
    : [];
  const found = files.sort().map((name) => readFileSync(join(folder, name), "utf8").trim());
  return found.length === 0 ? undefined : found.join("\n");
}

/** Reads and checks neo4j.conf. */
export function readNeo4jConf(
  root: string,
  file: string,
  setting: string,
  memory: MemoryPlan,
  problems: Problem[],
) {
  const path = resolvePath(root, file);
  const content =
    readText(
      path,
      setting,
      { code: "KALISI-NEO4J-UNREADABLE", fix: "name an existing file" },
      problems,
    ) ?? "";
  problems.push(...checkNeo4jConf(content, file, memory), ...checkBindPath(path, setting));
  return { path, content };
}
