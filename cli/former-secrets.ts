import { relative } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { dockerCommand } from "../config/engine/docker-command";
import { dockerClient } from "../config/engine/client";
import { ownerOf } from "../config/engine/stack-owner";
import { checkVolumes } from "../config/engine/volume-check";
import { claimOf } from "../config/engine/volume-owner";
import { reasonOf, throwIfAny } from "../config/errors";
import type { MachineProfile } from "../config/machine-profile";
import { chooseNames, configuredVolumes } from "../config/names";
import { quoted } from "../config/quote";
import type { Settings } from "../config/resolve-settings";
import type { ChosenStack } from "./choose-stack";
import {
  engineOfStack,
  inspect,
  nothingDeployed,
  readDeployed,
  type DeployedStack,
} from "./container/deployed";
import { gatherEvidence } from "./container/own-volumes";
import { volumeNames } from "./container/volumes";
import { settingsPath } from "./setup/env-file";
import { readSettings } from "./stack-settings";
import { UserError } from "./user-error";

/** A stack whose volumes may need the secrets of a settings file. */
export interface SecretsUser {
  readonly name: string;
  readonly settings: Settings;
  readonly deployed: DeployedStack;
  /** Whether there is a stack of that name already. */
  readonly exists: boolean;
}

/** What of a stack may need the former secrets. */
interface Holding {
  /** In words, a line each. */
  readonly lines: readonly string[];
  /** Writes the former file to stdout, which a running container still has. */
  readonly recovery?: string;
}

/** What is done before a settings file is made at a path; it throws where none may be. */
export type SecretsGuard = (path: string) => Promise<void>;

/**
 * Keeps new secrets from being made where a stack of this project may need the former ones: {@link refuseNewSecrets}.
 *
 * @param choose what stacks there are; asked only where a file is missing
 * @param started the stack that the command is about, if any
 */
export function guardSecrets(
  root: string,
  profile: MachineProfile,
  choose: () => Promise<Pick<ChosenStack, "existing" | "open">>,
  started?: Pick<SecretsUser, "name" | "settings">,
): SecretsGuard {
  return async (path) => {
    const { existing, open } = await choose();
    const opened = await Promise.all(existing.map((name) => open(name)));
    const known = await Promise.all(
      opened.flatMap((stack) => (stack === undefined ? [] : [userOf(stack, profile, started)])),
    );
    const users = known.filter(
      ({ name, settings }) =>
        name === started?.name || settingsPath(root, settings.config) === path,
    );
    const isNew = started !== undefined && !existing.includes(started.name);
    await refuseNewSecrets(
      root,
      path,
      profile.digestKey,
      isNew ? [...users, { ...started, deployed: nothingDeployed, exists: false }] : users,
      started?.name,
    );
  };
}

async function userOf(
  stack: Stack,
  profile: MachineProfile,
  started: Pick<SecretsUser, "name" | "settings"> | undefined,
): Promise<SecretsUser> {
  const isStarted = stack.name === started?.name;
  const [settings, deployed] = await Promise.all([
    isStarted ? started.settings : readSettings(stack, profile),
    readDeployed(stack),
  ]);
  return { name: stack.name, settings, deployed, exists: true };
}

/**
 * Refuses to make a settings file, with new secrets, while something is there that may need the former ones: what
 * those encrypted could never be read again.
 *
 * @param path where the file is missing
 * @param digestKey the clone's own key, in hex
 * @param users the stacks that use the file
 * @param started that one of them that the command is about, if any: it may take volumes that are not its own yet
 * @throws UserError with the ways on; ConfigError where the started stack's volumes are somebody else's
 */
export async function refuseNewSecrets(
  root: string,
  path: string,
  digestKey: string,
  users: readonly SecretsUser[],
  started?: string,
): Promise<void> {
  const holdings = await Promise.all(
    users.map((user) => holdingOf(root, digestKey, user, user.name === started)),
  );
  const lines = holdings.flatMap((holding) => holding.lines);
  if (lines.length === 0) {
    return;
  }
  const recovery = holdings.find((holding) => holding.recovery !== undefined)?.recovery;
  throw new UserError(
    "KALISI-ENV-LOST",
    [
      `${relative(root, path)} is missing, and was not made anew: what its secrets have encrypted cannot be read with others. There may be such data:`,
      ...lines,
      ...(recovery === undefined
        ? []
        : [`The running container still has the file: (umask 077; ${recovery} > ${quoted(path)})`]),
      "If nothing of that needs the former secrets: npm run env -- --new-secrets",
      `Else put the file back: ${path}`,
    ].join("\n"),
  );
}

async function holdingOf(
  root: string,
  digestKey: string,
  { name, settings, deployed, exists }: SecretsUser,
  isStarted: boolean,
): Promise<Holding> {
  const { names } = settings.config;
  const owner = ownerOf(name, digestKey);
  const taking = { named: settings.adopt, configured: configuredVolumes(name, names) };
  let found: Awaited<ReturnType<typeof gatherEvidence>>;
  let uri = "";
  try {
    ({ uri } = engineOfStack(name, settings, deployed));
    found = await gatherEvidence(root, dockerClient(uri), owner, deployed, taking);
  } catch (error) {
    // One that is to be made yet has nothing anywhere.
    return {
      lines: exists
        ? [`  stack ${name}: nobody knows, as its Engine cannot be asked (${reasonOf(error)})`]
        : [],
    };
  }
  if (isStarted) {
    throwIfAny(
      checkVolumes(chooseNames(name, names).volumes, found.existing, found.evidence, uri).problems,
    );
  }
  const wanted = volumeNames(name, settings.config, deployed);
  const own = found.existing.filter((volume) => {
    const claim = claimOf(volume, found.evidence);
    // One that the configuration no longer names may be named again.
    return claim === "label" || (claim !== undefined && wanted.includes(volume.name));
  });
  const { container } = deployed;
  if (container === undefined) {
    return { lines: own.map((volume) => `  volume ${volume.name} of stack ${name}, on ${uri}`) };
  }
  const state = (await inspect(dockerClient(uri), container))?.State;
  return {
    lines: [
      `  stack ${name} is up, by its state: container ${container} on ${uri}`,
      ...own.map((volume) => `  its volume ${volume.name}`),
    ],
    ...(state?.Running === true && !state.Paused
      ? { recovery: dockerCommand(uri, `exec ${container} cat /workspace/runtime/.env`) }
      : {}),
  };
}
