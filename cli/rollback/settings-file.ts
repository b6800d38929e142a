import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { isMap, parseDocument, type Document } from "yaml";
import { replaceFile } from "../../config/replace-file";
import { settingsPath } from "../stack-settings";
import { rollbackFolder } from "./healthy-starts";

/** A stack's settings file, as text; empty where there is none. */
export function readSettingsFile(root: string, stack: string): string {
  return readIfThere(settingsPath(root, stack)) ?? "";
}

/** What {@link rollSettingsBack} has replaced, if anything. */
export function readReplaced(root: string, stack: string): string | undefined {
  return readIfThere(replacedPath(root, stack));
}

/**
 * Puts former settings in the place of a stack's own, which are kept aside.
 *
 * @param keep whether what was kept aside before stays: a rollback went before this one
 * @returns what makes all as it was, where nothing comes of it
 */
export function rollSettingsBack(
  root: string,
  stack: string,
  text: string,
  keep: boolean,
): () => void {
  const before = readSettingsFile(root, stack);
  const isKept = keep && readReplaced(root, stack) !== undefined;
  if (!isKept) replaceFile(replacedPath(root, stack), before);
  write(root, stack, text);
  return () => {
    write(root, stack, before);
    if (!isKept) rmSync(replacedPath(root, stack), { force: true });
  };
}

/** Puts back what was kept aside. */
export function putSettingsBack(root: string, stack: string): void {
  write(root, stack, readReplaced(root, stack) ?? "");
  rmSync(replacedPath(root, stack), { force: true });
}

/**
 * The settings of a former start, with its image in place of a build.
 *
 * @param former the settings file of that start
 * @param present that of now: how the stack's secrets are encrypted stays as it is
 * @param image an image's id
 */
export function withImage(former: string, present: string, image: string): string {
  const file: Document = parseDocument(former);
  const now = parseDocument(present);
  if (!isMap(file.contents)) file.contents = file.createNode({});
  for (const key of topKeys(file)) if (key !== "config") file.delete(key);
  for (const key of topKeys(now)) if (key !== "config") file.set(key, now.get(key, true));
  if (!isMap(file.get("config"))) file.set("config", file.createNode({}));
  const asGroup = ["config", "kalisi:image"];
  if (!isMap(file.getIn(asGroup))) file.setIn(asGroup, file.createNode({}));
  file.setIn([...asGroup, "pull"], image);
  return file.toString({ lineWidth: 0 });
}

/** Whether two settings files say the same. */
export function saysTheSame(one: string, other: string): boolean {
  const [a, b] = [one, other].map((text) => JSON.stringify(parseDocument(text).toJS()));
  return a === b;
}

function topKeys(file: Document): readonly string[] {
  return isMap(file.contents) ? file.contents.items.map(({ key }) => String(key)) : [];
}

function replacedPath(root: string, stack: string): string {
  return join(rollbackFolder(root), `${stack}.yaml`);
}

function write(root: string, stack: string, text: string): void {
  const path = settingsPath(root, stack);
  if (text === "") rmSync(path, { force: true });
  else replaceFile(path, text, 0o644);
}

function readIfThere(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, "utf8") : undefined;
}
