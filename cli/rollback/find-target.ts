import type Docker from "dockerode";
import { hasImage } from "../../config/engine/images";
import { identifyEngine } from "../../config/engine/volume-owner";
import { inspect } from "../container/deployed";
import { readHealthyStarts, type HealthyStart } from "./healthy-starts";
import { readSettingsFile } from "./settings-file";
import { chooseTarget, type Target } from "./target";

/** What a rollback is about. */
interface Found {
  /** The container that there is now, if any. */
  readonly present: Docker.ContainerInspectInfo | undefined;
  /** The stack's settings file; empty where there is none. */
  readonly settings: string;
  /** All of the stack's healthy starts that are known, the newest first. */
  readonly recorded: readonly HealthyStart[];
  /** The one to go back to; undefined where the Engine has the image of none. */
  readonly target: Target | undefined;
}

/** Finds the healthy start to go back to, of those whose images the Engine has yet. */
export async function findTarget(
  root: string,
  docker: Docker,
  stack: string,
  container: string,
): Promise<Found> {
  const { id: engine } = await identifyEngine(docker);
  const present = await inspect(docker, container);
  const settings = readSettingsFile(root, stack);
  const recorded = readHealthyStarts(root, stack);
  const areThere = await Promise.all(recorded.map((start) => hasImage(docker, start.image)));
  const starts = recorded.filter((start, at) => start.engine === engine && areThere[at] === true);
  const target = chooseTarget(starts, { image: present?.Image, settings });
  return { present, settings, recorded, target };
}
