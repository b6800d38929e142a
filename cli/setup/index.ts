import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installStandIns } from "../../airgap/install";
import { refreshLauncher } from "../../airgap/pulumi";
import { dockerClient, type DockerHost } from "../../config/docker-host";
import {
  localFolder,
  readMachineProfile,
  writeMachineProfile,
  type MachineProfile,
} from "../../config/machine";
import { quoted } from "../../config/quote";
import { areBaseImagesThere, ensureBaseImages } from "./base-images";
import { collectCertificates } from "./certificates";
import { ensureEngine } from "./engine";
import { ensurePulumi, isPulumiThere, type PulumiChoice } from "./pulumi";
import { report, type Report } from "./report";

/** A machine that is ready to run the stack. */
export interface Machine {
  readonly profile: MachineProfile;
  readonly pulumi: PulumiChoice;
  readonly engine: DockerHost;
}

/**
 * Finds the Pulumi CLI and the Engine, installing what is missing, and records each choice in the
 * machine profile. A recorded choice that still stands is kept, silently, so that a network failure never
 * changes what a stack deploys.
 *
 * @param redo whether to choose anew
 */
export async function findTools(
  root: string,
  { redo }: { readonly redo: boolean },
): Promise<Machine> {
  const { digestKey, ...recorded } = readMachineProfile(root);
  // The digest key is no choice: a new one would replace every container.
  let profile: MachineProfile = { digestKey, ...(redo ? {} : recorded) };
  const record = (choices: Partial<MachineProfile>) => {
    profile = { ...profile, ...choices };
    writeMachineProfile(root, profile);
  };

  chmodSync(join(root, ".pulumi-state"), 0o700);
  const pulumi = isPulumiThere(profile.pulumi) ? profile.pulumi : await ensurePulumi(root, report);
  // What is ours may have changed since; where it has not, this takes no time.
  await refreshLauncher(pulumi.bin);
  if (pulumi.home !== undefined) {
    await installStandIns(pulumi.home);
  }
  record({ pulumi });
  writeActivation(root, pulumi);

  const engine = await ensureEngine(
    profile.dockerHost,
    profile.dockerHost === undefined ? report : silent,
  );
  if (engine.origin !== "DOCKER_HOST") {
    record({ dockerHost: engine.uri });
  }
  return { profile, pulumi, engine };
}

/** {@link findTools}, and the base images that an image is built on. */
export async function setUp(root: string, options: { readonly redo: boolean }): Promise<Machine> {
  const machine = await findTools(root, options);
  const docker = dockerClient(machine.engine.uri);
  if (await areBaseImagesThere(docker, machine.profile)) {
    return machine;
  }
  collectCertificates(root, report);
  const profile = { ...machine.profile, ...(await ensureBaseImages(root, docker, report)) };
  writeMachineProfile(root, profile);
  return { ...machine, profile };
}

const silent: Report = () => undefined;

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
