import type { PhysicalNames } from "../names";
import { setCommand } from "../settings/set-command";
import { composeVolume } from "./volume-owner";

/**
 * Says how to go on with the data of the former compose project, where the stack has none of its own yet.
 *
 * @param existing the names of the Engine's volumes
 * @returns undefined where there is nothing to adopt
 */
export function adoptionHint(
  names: PhysicalNames,
  existing: readonly string[],
): string | undefined {
  const own = Object.values(names.volumes);
  const former = existing.filter((name) => composeVolume.test(name) && !own.includes(name));
  if (former.length === 0 || existing.some((name) => own.includes(name))) {
    return undefined;
  }
  const commands = former.map(
    (name) => `  ${setCommand(["names", "volumes", composeVolume.exec(name)?.[2] ?? ""], name)}`,
  );
  return [
    "The former compose project has left volumes, and this stack has none yet. To go on with their data, type before up:",
    ...commands,
  ].join("\n");
}
