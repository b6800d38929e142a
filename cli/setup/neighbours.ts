import { existsSync } from "node:fs";
import { defaultSocket, dockerClient } from "../../config/engine/client";
import type { DockerHost } from "../../config/engine/endpoint";
import {
  engineKeepsNeighboursOut,
  letsNeighboursIn,
  type EngineInfo,
} from "../../config/engine/neighbours";
import type { MachineProfile } from "../../config/machine-profile";
import { print } from "../output";
import { run } from "../process";
import { hasDropIn, removeDropIn, writeDropIn } from "./drop-in";
import { isRoot } from "./engine";
import { addRule, addRuleCommand, hasBridges, hasRule, removeRule } from "./firewall";

// Neighbours are the other hosts on this machine's network segments.

/** The Engine of a machine, and what set-up recorded. */
interface Where {
  readonly engine: Pick<DockerHost, "uri">;
  readonly profile: Pick<MachineProfile, "installedEngine">;
}

/** An Engine that lets neighbours in. */
export interface OpenToNeighbours {
  readonly version: string;
  /** What keeps them out, to be typed. */
  readonly keepOut: string;
}

/**
 * Keeps neighbours from the containers of an Engine that set-up itself has installed, and removes what did so once
 * the Engine does it. Nothing else of this machine's firewall is changed, and of no other Engine's.
 */
export async function keepNeighboursOut(where: Where): Promise<void> {
  if (!isOurs(where)) return;
  const [{ Version }, isThere] = await Promise.all([
    dockerClient(where.engine.uri).version(),
    hasRule(),
  ]);
  await trying(async () => {
    if (engineKeepsNeighboursOut(Version)) {
      await remove(where, isThere, ` (Docker Engine ${Version} keeps them out)`);
      return;
    }
    if (!isThere) {
      await addRule();
      print(`Firewall: a rule keeps neighbours out (Docker Engine ${Version} would let them in)`);
    }
    await addDropIn(where);
  });
}

/** Undoes {@link keepNeighboursOut} once this machine has no network of any stack. */
export async function stopKeepingNeighboursOut(where: Where): Promise<void> {
  if (isOurs(where) && !hasBridges()) {
    await trying(async () => {
      await remove(where, await hasRule());
    });
  }
}

/** Finds out whether neighbours reach what this machine's Engine publishes; undefined where not, or where it is elsewhere. */
export async function findOpenToNeighbours(where: Where): Promise<OpenToNeighbours | undefined> {
  const info = (await dockerClient(where.engine.uri).info()) as EngineInfo;
  if (!letsNeighboursIn(where.engine, info) || (isRoot() ? await hasRule() : hasDropIn())) {
    return undefined;
  }
  return {
    version: info.ServerVersion ?? "",
    keepOut: isOurs(where) ? "npm start" : `${isRoot() ? "" : "sudo "}${addRuleCommand}`,
  };
}

/** Says so where neighbours reach what this machine's Engine publishes, and set-up does not keep them out. */
export async function tellOfNeighbours(where: Where): Promise<void> {
  const open = isOurs(where) ? undefined : await findOpenToNeighbours(where);
  if (open !== undefined) print(neighbourLines(open).join("\n"));
}

export function neighbourLines({ version, keepOut }: OpenToNeighbours): readonly string[] {
  return [
    `Neighbours: other hosts on the same network segment can reach the container's ports (Docker Engine ${version}; 28 keeps them out)`,
    `  To keep them out, if that is not done yet: ${keepOut}`,
  ];
}

/** A rule that cannot be changed stops no command: the stack is then as on an Engine that somebody else has installed. */
async function trying(change: () => Promise<void>): Promise<void> {
  try {
    await change();
  } catch (error) {
    print(`Firewall: the rule against neighbours is not changed: ${(error as Error).message}`);
  }
}

/** Whether this machine's firewall is set-up's to change: a root who uses another's Engine changes nothing. */
function isOurs({ engine, profile }: Where): boolean {
  return isRoot() && profile.installedEngine === engine.uri;
}

/** Without systemd, an Engine is started by set-up, which adds the rule. */
async function addDropIn(where: Where): Promise<void> {
  if (isOfSystemd(where) && writeDropIn()) {
    await run("systemctl", ["daemon-reload"]);
  }
}

/** @param isThere whether the rule is */
async function remove(where: Where, isThere: boolean, why = ""): Promise<void> {
  if (isOfSystemd(where) && removeDropIn()) {
    await run("systemctl", ["daemon-reload"]);
  }
  if (isThere) {
    await removeRule();
    print(`Firewall: the rule against neighbours is removed${why}`);
  }
}

/** Whether it is the Engine that systemd starts at boot. */
function isOfSystemd({ engine }: Where): boolean {
  return engine.uri === defaultSocket && existsSync("/run/systemd/system");
}
