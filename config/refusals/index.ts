import { ofBackups } from "./backups";
import { ofCluster } from "./cluster";
import { ofCommands } from "./commands";
import { ofEngine } from "./engine";
import type { Kinds } from "./kind";
import { ofNeo4j } from "./neo4j";
import { ofSeeds } from "./seeds";
import { ofSettings } from "./settings";
import { ofSource } from "./source";

/** Why something is refused or fails, by a name that stays the same whatever the message says. */
const kinds = {
  ...ofSettings,
  ...ofNeo4j,
  ...ofEngine,
  ...ofCluster,
  ...ofSource,
  ...ofCommands,
  ...ofBackups,
  ...ofSeeds,
} as const;

export type RefusalCode = keyof typeof kinds;

/** Every code, in the groups and the order in which docs/troubleshooting.md has them. */
export const refusals: readonly { readonly title: string; readonly kinds: Kinds }[] = [
  { title: "Settings, keys and certificates", kinds: ofSettings },
  { title: "neo4j.conf", kinds: ofNeo4j },
  { title: "The Docker Engine, and what is on it", kinds: ofEngine },
  { title: "Kubernetes", kinds: ofCluster },
  { title: "The source tree", kinds: ofSource },
  { title: "Stacks, clones of the project, and commands", kinds: ofCommands },
  { title: "Backups", kinds: ofBackups },
  { title: "Seeds", kinds: ofSeeds },
];

/** The codes that a text names, each at the end of a line, as {@link withCode} writes it. */
export function codesIn(text: string): readonly RefusalCode[] {
  const found = [...text.matchAll(/ {2}\[(KALISI(?:-[A-Z0-9]+)+)\]$/gm)].map(
    ([, code = ""]) => code,
  );
  return [...new Set(found)].filter((code): code is RefusalCode => Object.hasOwn(kinds, code));
}

/**
 * A message with its code at the end of the first line: the last one stays what to do. One that names codes already,
 * as it is about several problems or comes from Pulumi's run of the program, stays as it is.
 */
export function withCode(code: RefusalCode, message: string): string {
  return codesIn(message).length > 0 ? message : message.replace(/$/m, () => `  [${code}]`);
}
