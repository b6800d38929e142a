import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { addRuleBeforeEngine } from "./firewall";

/** What systemd adds to the Engine's own unit. */
export const dropInPath = "/etc/systemd/system/docker.service.d/kalisi-stack.conf";

// A minus: the Engine starts nevertheless. https://www.freedesktop.org/software/systemd/man/latest/systemd.service.html
export const dropInText = `# Of Kalisi Stack: docs/operations.md, "Neighbours"
[Service]
ExecStartPre=-/bin/sh -c '${addRuleBeforeEngine}'
`;

export function hasDropIn(path: string = dropInPath): boolean {
  return existsSync(path) && readFileSync(path, "utf8") === dropInText;
}

/** @returns whether it was missing, or another one */
export function writeDropIn(path: string = dropInPath): boolean {
  if (hasDropIn(path)) return false;
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, dropInText);
  return true;
}

/** @returns whether it was there */
export function removeDropIn(path: string = dropInPath): boolean {
  const wasThere = existsSync(path);
  rmSync(path, { force: true });
  return wasThere;
}
