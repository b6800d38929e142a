import type Docker from "dockerode";
import { UserError } from "../user-error";
import { findTarget } from "./find-target";

/** Has the error of a start end with how to come back, where it has left a container that is not healthy. */
export async function tellingWayBack(
  root: string,
  docker: Docker,
  { stack, container }: { readonly stack: string; readonly container: string },
  start: () => Promise<void>,
): Promise<void> {
  try {
    await start();
  } catch (error) {
    // Where the Engine is out of reach, no other image helps, and it cannot be asked.
    if (!(error instanceof UserError) || error.code === "KALISI-ENGINE-UNREACHABLE") throw error;
    // What the start itself has failed with matters more than what this question does.
    const line = await wayBack(root, docker, stack, container).catch(() => undefined);
    throw line === undefined ? error : new UserError(error.code, `${error.message}\n${line}`);
  }
}

async function wayBack(
  root: string,
  docker: Docker,
  stack: string,
  container: string,
): Promise<string | undefined> {
  const { present, target } = await findTarget(root, docker, stack, container);
  const isDown = present !== undefined && present.State.Health?.Status !== "healthy";
  return isDown && target?.isLast === true && target.problem === undefined
    ? `Back to the last healthy start, of ${target.start.at}, with its image and settings: npm run rollback`
    : undefined;
}
