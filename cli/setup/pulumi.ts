import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { SemVer, gte } from "semver";
import { installStandIns } from "../../airgap/install";
import { buildPulumi, builtPulumiVersion } from "../../airgap/pulumi";
import { pluginVersions } from "../../config/plugin-versions";
import { localFolder } from "../../config/local-folder";
import type { MachineProfile } from "../../config/machine-profile";
import { machineCache } from "../machine-cache";
import { print } from "../output";
import { startHeartbeat } from "../progress/heartbeat";
import { run } from "../process";
import { UserError } from "../user-error";
import { findRelease, installRelease } from "./pulumi-release";
import type { Report } from "./report";

/** The oldest CLI that this program was run with. */
const minimumVersion = new SemVer(builtPulumiVersion);

export type PulumiChoice = NonNullable<MachineProfile["pulumi"]>;

/** Finds, installs or builds the Pulumi CLI, and the plugins beside it. */
export async function ensurePulumi(root: string, report: Report): Promise<PulumiChoice> {
  const cli =
    (await findOnPath(report)) ?? (await installOfficial(root, report)) ?? (await build(report));
  const home = await ensurePlugins(root, cli.bin, report);
  return { ...cli, ...(home === undefined ? {} : { home }) };
}

async function findOnPath(report: Report): Promise<PulumiChoice | undefined> {
  const { PulumiCommand } = await import("@pulumi/pulumi/automation");
  const found = await PulumiCommand.get().catch(() => undefined);
  if (found?.version === undefined || found.version === null) {
    return undefined;
  }
  if (!gte(found.version, minimumVersion)) {
    report(
      "Pulumi on PATH",
      "not used",
      `${found.version.version} is older than ${minimumVersion.version}`,
    );
    return undefined;
  }
  const path = await run("sh", ["-c", "command -v pulumi"]);
  report("Pulumi", found.version.version, "the one on PATH, unchecked: it is yours");
  return { bin: dirname(path.trim()), version: found.version.version };
}

async function installOfficial(root: string, report: Report): Promise<PulumiChoice | undefined> {
  const version = builtPulumiVersion;
  const release = findRelease(version);
  if (release === undefined) {
    report(
      "Pulumi",
      "is not downloaded",
      `no checksum is known of a release for ${process.platform} on ${process.arch}`,
    );
    return undefined;
  }
  try {
    const bin = await installRelease(root, release);
    report("Pulumi", version, "installed into .kalisi, its checksum is right: none on PATH");
    return { bin, version };
  } catch (error) {
    // Curl's own sentence, or what is wrong with the checksum: the last line names the command.
    const [reason = ""] = (error as Error).message.split("\n");
    report("Pulumi", "cannot be downloaded here", reason);
    return undefined;
  }
}

async function build(report: Report): Promise<PulumiChoice> {
  const folder = machineCache(`pulumi-${builtPulumiVersion}`);
  await buildPulumi(folder, { log: print, heartbeat: startHeartbeat }).catch((error: unknown) => {
    throw new UserError(
      "KALISI-SETUP-PULUMI",
      error instanceof Error ? error.message : String(error),
    );
  });
  report("Pulumi", builtPulumiVersion, "built from Go modules");
  return { bin: join(folder, "bin"), version: builtPulumiVersion };
}

/** Returns the PULUMI_HOME of the project's own, where stand-ins had to be used. */
async function ensurePlugins(
  root: string,
  bin: string,
  report: Report,
): Promise<string | undefined> {
  try {
    for (const [name, version] of Object.entries(pluginVersions)) {
      await run(join(bin, "pulumi"), ["plugin", "install", "resource", name, version]);
    }
    report("Pulumi plugins", "the official ones", "installed by Pulumi, unchecked");
    return undefined;
  } catch {
    const home = join(localFolder(root), "pulumi-home");
    await installStandIns(home);
    report(
      "Pulumi plugins",
      "the stand-ins of airgap/",
      "the official ones cannot be downloaded here",
    );
    return home;
  }
}

/** Whether a recorded choice is still valid on this machine. */
export function isPulumiThere(choice: PulumiChoice | undefined): choice is PulumiChoice {
  return (
    choice !== undefined &&
    existsSync(join(choice.bin, "pulumi")) &&
    (choice.home === undefined || existsSync(choice.home))
  );
}
