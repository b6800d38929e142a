import { dockerCommand } from "./docker-command";
import type { Problem } from "../errors";

/**
 * What is said of a paused container: no command can be run in it, and it cannot be stopped properly.
 *
 * @param uri the Engine's
 */
export function pausedProblem(name: string, uri: string): Problem {
  return {
    code: "KALISI-CONTAINER-PAUSED",
    setting: "container",
    value: name,
    problem: "is paused: nothing in it runs or answers",
    fix: `resume it: ${dockerCommand(uri, `unpause ${name}`)}`,
  };
}
