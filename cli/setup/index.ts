import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installStandIns } from "../../airgap/install";
import { refreshLauncher } from "../../airgap/pulumi";
import { dockerClient } from "../../config/engine/client";
import { refuseKind } from "../../config/engine/engine-kind";
import type { DockerHost, NamedEngine } from "../../config/engine/endpoint";
import { readIdentity } from "../../config/identity";
import { localFolder } from "../../config/local-folder";
import {
  readMachineProfile,
  setAsideDamaged,
  writeMachineProfile,
  type MachineProfile,
} from "../../config/machine-profile";
import { quoted } from "../../config/quote";
import { print } from "../output";
import { areBaseImagesThere, ensureBaseImages } from "./base-images";
import { collectCertificates } from "./certificates";
import { ensureEngine } from "./engine";
import { keepNeighboursOut, tellOfNeighbours } from "./neighbours";
import { ensurePulumi, isPulumiThere, type PulumiChoice } from "./pulumi";
import { report } from "./report";

/** A machine that has Pulumi. */
export interface Tools {
  readonly profile: MachineProfile;
  readonly pulumi: PulumiChoice;
}

/** A machine that is ready to run a stack. */
export interface Machine extends Tools {
  /** The Engine that the stack is on. */
  readonly engine: DockerHost;
}

/**
 * Finds the Pulumi CLI, installing it where it is missing, and records the choice in the machine profile. A
 * recorded choice that is still valid is kept, silently, so that a network failure never changes what a stack
 * deploys. The Engine comes later: the stack's settings name it.
 *
 * @param redo whether to choose again
 */
export async function findTools(
  root: string,
  { redo }: { readonly redo: boolean },
): Promise<Tools> {
  if (!redo && setAsideDamaged(root)) {
    print(
      ".kalisi/machine.json is damaged: set aside as machine.json.damaged, and set-up chooses anew",
    );
  }
  // The key is no choice, nor is what set-up has installed; choices that cannot be read need not be, to be made anew.
  const profile: MachineProfile = redo
    ? { digestKey: readIdentity(root), ...installedBefore(root) }
    : readMachineProfile(root);

  chmodSync(join(root, ".pulumi-state"), 0o700);
  const pulumi = isPulumiThere(profile.pulumi) ? profile.pulumi : await ensurePulumi(root, report);
  // What is ours may have changed since; where it has not, this takes no time.
  await refreshLauncher(pulumi.bin);
  if (pulumi.home !== undefined) {
    await installStandIns(pulumi.home);
  }
  const tools = { profile: { ...profile, pulumi }, pulumi };
  writeMachineProfile(root, tools.profile);
  writeActivation(root, pulumi);
  return tools;
}

/** What set-up has installed, as far as the profile can be read. */
function installedBefore(root: string): Pick<MachineProfile, "installedEngine"> {
  try {
    const { installedEngine } = readMachineProfile(root);
    return installedEngine === undefined ? {} : { installedEngine };
  } catch {
    return {};
  }
}

/** Ensures that the Engine answers. Where no setting names it, it is recorded and used from then on. */
export async function findEngine(
  root: string,
  { profile: known, pulumi }: Tools,
  engine: DockerHost & Partial<NamedEngine>,
): Promise<Machine> {
  const { uri, origin, isFound = false } = engine;
  let profile = known;
  await ensureEngine({ uri, origin }, isFound, report, () => {
    profile = { ...profile, installedEngine: uri };
    writeMachineProfile(root, profile);
  });
  if (!isFound) {
    return { profile, pulumi, engine: { uri, origin } };
  }
  const found = { ...profile, dockerHost: uri };
  writeMachineProfile(root, found);
  await tellOfNeighbours({ engine, profile: found });
  return { profile: found, pulumi, engine: { uri, origin } };
}

/** {@link findEngine}, its firewall's rule, and on it the base images that an image is built on. */
export async function setUp(root: string, tools: Tools, named: NamedEngine): Promise<Machine> {
  const machine = await findEngine(root, tools, named);
  await keepNeighboursOut(machine);
  const docker = dockerClient(machine.engine.uri);
  if (await areBaseImagesThere(docker, machine.profile)) {
    return machine;
  }
  // The program looks as well; by then the images would be on it.
  await refuseKind(docker, machine.engine);
  collectCertificates(root, report);
  const choice = await ensureBaseImages(root, machine.engine.uri, machine.profile, report);
  const profile = { ...machine.profile, ...choice };
  writeMachineProfile(root, profile);
  return { ...machine, profile };
}

/** The environment that the chosen Pulumi needs, over the user's own. */
export function pulumiEnvironment({ bin, home }: PulumiChoice): Record<string, string> {
  const { PULUMI_CONFIG_PASSPHRASE, PULUMI_CONFIG_PASSPHRASE_FILE, PATH } = process.env;
  return {
    PATH: `${bin}:${PATH ?? ""}`,
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(home === undefined ? {} : { PULUMI_HOME: home }),
    // The dev stack's passphrase is empty: its state holds no secret.
    ...(PULUMI_CONFIG_PASSPHRASE === undefined && PULUMI_CONFIG_PASSPHRASE_FILE === undefined
      ? { PULUMI_CONFIG_PASSPHRASE: "" }
      : {}),
  };
}

/** Writes what a shell sources to run the chosen `pulumi` by hand. */
function writeActivation(root: string, { bin, home }: PulumiChoice): void {
  const lines = [
    "# For plain `pulumi` in this shell, as npm start runs it: . .kalisi/activate",
    `export PATH=${quoted(bin)}:"$PATH"`,
    ...(home === undefined ? [] : [`export PULUMI_HOME=${quoted(home)}`]),
    '[ -n "${PULUMI_CONFIG_PASSPHRASE_FILE-}" ] || export PULUMI_CONFIG_PASSPHRASE="${PULUMI_CONFIG_PASSPHRASE-}"',
  ];
  writeFileSync(join(localFolder(root), "activate"), `${lines.join("\n")}\n`);
}
