import { isNewerFormat } from "../backup/versions";
import type { HealthyStart } from "./healthy-starts";
import { saysTheSame, withImage } from "./settings-file";

/** A start to go back to, and what hinders that. */
export interface Target {
  readonly start: HealthyStart;
  /** Whether it is the last healthy one, so that what there is now was none. */
  readonly isLast: boolean;
  /** Why its servers cannot read what is on the volumes by now; unset where they can. */
  readonly problem?: string;
}

/** What there is now: the container's image, if there is a container, and the stack's settings file. */
interface Present {
  readonly image: string | undefined;
  readonly settings: string;
}

/**
 * Chooses the start to go back to: the last healthy one, or the one before it where that is what there is now.
 *
 * @param starts healthy ones on the stack's Engine, the newest first
 */
export function chooseTarget(
  starts: readonly HealthyStart[],
  present: Present,
): Target | undefined {
  const at = starts.findIndex((start) => isPresent(start, present));
  const start = starts[at + 1];
  if (start === undefined) {
    return undefined;
  }
  const problem = whyUnreadable(starts.slice(0, at + 1), start);
  return { start, isLast: at < 0, ...(problem === undefined ? {} : { problem }) };
}

/** Whether a stack is at a healthy start of it, rolled back to or not. */
function isPresent({ image, settings }: HealthyStart, present: Present): boolean {
  return (
    image === present.image &&
    (saysTheSame(settings, present.settings) || isRolledBack({ image, settings }, present.settings))
  );
}

/** Whether settings are what a rollback to a start has written. */
export function isRolledBack(
  { image, settings }: Pick<HealthyStart, "image" | "settings">,
  present: string,
): boolean {
  return saysTheSame(withImage(settings, present, image), present);
}

function whyUnreadable(later: readonly HealthyStart[], to: HealthyStart): string | undefined {
  for (const { versions } of later) {
    for (const [name, version] of Object.entries(versions)) {
      const former = to.versions[name] ?? "";
      if (isNewerFormat(version, former)) {
        return `${name} ${version} has written to the volumes since, and what it writes ${name} ${former} cannot read`;
      }
    }
  }
  return undefined;
}
