import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { findAppRoot, findEnvFile } from "../../config/source-tree";
import { UserError } from "../user-error";
import type { Report } from "./report";

/** The variables whose example values are placeholders, and how a real one is made. */
const generators: Readonly<Record<string, () => string>> = {
  JWT_SECRET: () => randomBytes(64).toString("base64"),
  ENCRYPTION_KEY: () => randomBytes(32).toString("hex"),
  FIELD_ENCRYPTION_KEY: () => randomBytes(32).toString("base64"),
  NEO4J_PASSWORD: () => randomBytes(18).toString("base64url"),
  TEST_PASSWORD: () => randomBytes(18).toString("base64url"),
};

/** Makes the runtime settings file from the tree's example where there is none. Never overwrites. */
export function ensureEnvFile(root: string, sourcePath: string, report: Report): void {
  const appRoot = findAppRoot(root, sourcePath);
  if (appRoot === undefined) {
    return;
  }
  const path = findEnvFile(root, sourcePath, appRoot);
  if (existsSync(path)) {
    return;
  }
  const example = join(dirname(path), ".env.example");
  if (!existsSync(example)) {
    throw new UserError(
      `${relative(root, path)} is missing and there is no .env.example to make it from.\nWrite it: see docs/configuration.md`,
    );
  }
  // wx: should the file have come into being meanwhile, it is left alone.
  writeFileSync(path, fillIn(readFileSync(example, "utf8")), { mode: 0o600, flag: "wx" });
  report("Settings", relative(root, path), "made from .env.example with generated secrets");
}

/** Gives each secret of an example file a value of its own. */
export function fillIn(example: string): string {
  return example.replace(/^([A-Z][A-Z0-9_]*)=.*$/gm, (line, variable: string) => {
    const generate = generators[variable];
    return generate === undefined ? line : `${variable}=${generate()}`;
  });
}
