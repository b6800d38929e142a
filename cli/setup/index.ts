import { chmodSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { installStandIns, quoted } from "../../airgap/install";
import { refreshLauncher } from "../../airgap/pulumi";
import { dockerClient, type DockerHost } from "../../config/docker-host";
import {
  localFolder,
  readMachineProfile,
  writeMachineProfile,
  type MachineProfile,
} from "../../config/machine";
import { findAppRoot } from "../../config/source-tree";
import { areBaseImagesThere, ensureBaseImages } from "./base-images";
import { collectCertificates } from "./certificates";
import { ensureEngine } from "./engine";
import { ensureEnvFile } from "./env-file";
import { ensurePulumi, isPulumiThere, type PulumiChoice } from "./pulumi";
import { reportToTerminal, type Report } from "./report";
import { ensureSource } from "./source";

/** A machine that is ready to run the stack. */
export interface Machine {
  readonly profile: MachineProfile;
  readonly pulumi: PulumiChoice;
  readonly engine: DockerHost;
}

/**
 * Sets up what the stack needs and records each choice in the machine profile. A recorded choice that
 * still stands is kept, silently, so that a network failure never changes what a stack deploys.
 *
 * @param redo whether to choose anew
 */
export async function setUp(root: string, { redo }: { readonly redo: boolean }): Promise<Machine> {
  const report = reportToTerminal;
  const { digestKey, ...recorded } = readMachineProfile(root);
  // The digest key is no choice: a new one would replace every container.
  let profile: MachineProfile = { digestKey, ...(redo ? {} : recorded) };
  const record = (choices: Partial<MachineProfile>) => {
    profile = { ...profile, ...choices };
    writeMachineProfile(root, profile);
  };

  chmodSync(join(root, ".pulumi-state"), 0o700);
  const pulumi = await keepOr(profile.pulumi, isPulumiThere, () => ensurePulumi(root, report));
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
  const docker = dockerClient(engine.uri);
  if (!(await areBaseImagesThere(docker, profile))) {
    collectCertificates(root, report);
    record(await ensureBaseImages(root, docker, report));
  }

  const ordered = process.env["KALISI_SOURCE"] ?? "";
  if (ordered === "") {
    const sourcePath = await keepOr(
      profile.sourcePath,
      (path): path is string => path !== undefined && findAppRoot(root, path) !== undefined,
      () => ensureSource(root, report),
    );
    record({ sourcePath });
    ensureEnvFile(root, sourcePath, report);
  } else {
    ensureEnvFile(root, ordered, report);
  }
  return { profile, pulumi, engine };
}

const silent: Report = () => undefined;

async function keepOr<T>(
  recorded: T | undefined,
  stands: (choice: T | undefined) => choice is T,
  choose: () => Promise<T>,
): Promise<T> {
  return stands(recorded) ? recorded : choose();
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
