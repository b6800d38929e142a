import { isSsh } from "../config/engine/ssh-words";
import { remindOfBackup } from "./backup/remind";
import type { DeployedStack } from "./container/deployed";
import { print } from "./output";
import type { Machine } from "./setup";
import type { ReadyStack } from "./stack";

/** What to tell whoever is shown addresses of a stack, where they are not this machine's. */
export function connectHint({
  cluster,
  machine,
}: {
  readonly cluster?: object | undefined;
  readonly machine?: Pick<Machine, "engine">;
}): readonly string[] {
  return cluster !== undefined || isSsh(machine?.engine.uri ?? "")
    ? ["They answer here while this runs: npm run connect"]
    : [];
}

/**
 * Tells where a stack is that is up now, and who may log in no more.
 *
 * @param outputs what the program returns, by name
 */
export function tellUp(
  root: string,
  ready: ReadyStack,
  outputs: Readonly<Record<string, unknown>>,
): void {
  const { stack, config, deployed } = ready;
  print(
    config.autoStart
      ? `Kalisi is up: ${String(outputs["url"])}`
      : "The container is up without its services, as kalisi:autoStart is false: ./start.sh in it starts them",
  );
  // Nobody may log in without a key.
  const keys = fingerprintsIn(outputs);
  if (keys.length > 0) {
    print(`A shell in it: ${String(outputs["ssh"])}`);
    connectHint(ready).forEach(print);
  } else {
    print(
      "A shell in it: npm run shell (no key may log in over SSH: npm start -- --keys-from FILE)",
    );
  }
  tellOfKeys(deployed, keys);
  const reminder = remindOfBackup(root, stack.name, config);
  if (reminder !== undefined) print(reminder);
}

/** Whoever was let in by an option of an earlier start alone is kept out now. */
function tellOfKeys(before: DeployedStack | undefined, now: readonly unknown[]): void {
  const gone = Object.entries(before?.keys ?? {}).filter(([key]) => !now.includes(key));
  for (const [fingerprint, comment] of gone) {
    print(`May no longer log in: ${[comment, fingerprint].filter(Boolean).join(", ")}`);
  }
}

/** Of the keys that may log in now. */
function fingerprintsIn({
  keyFingerprints,
}: Readonly<Record<string, unknown>>): readonly unknown[] {
  return Array.isArray(keyFingerprints) ? keyFingerprints : [];
}
