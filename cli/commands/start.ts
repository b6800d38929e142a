import { resolve } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import type Docker from "dockerode";
import { dockerClient } from "../../config/engine/client";
import type { Flags } from "../../config/settings/flags";
import { chooseNames } from "../../config/names";
import { containerType, imageType } from "../../config/resource-types";
import { looksLikeKeys } from "../../config/files/ssh-keys";
import { refusePaused, whyNotUp } from "../container/answers";
import { recordBuilt } from "../container/former-images";
import { bringUpInCluster } from "../cluster/bring-up";
import { shownBy } from "../progress/run-engine";
import { updateStack } from "../progress/update-stack";
import { jsonOption, once, stackOption, verboseOption, type UpdateOptions } from "../options";
import { printResult } from "../output";
import { pullAnew } from "../pull-anew";
import { rememberStart } from "../rollback/remember-start";
import { tellingWayBack } from "../rollback/way-back";
import { prepareStack, type ReadyStack } from "../stack";
import { tellUp } from "../tell-up";
import { UsageError, UserError } from "../user-error";
import { planStack } from "./preview";
import { syncStack } from "./sync";

const declared = () =>
  new Command("start")
    .description("set this machine up, then pulumi up")
    .addOption(stackOption())
    .addOption(jsonOption())
    .option("--build", "build the image anew, even if nothing changed")
    .option("--no-auto-start", "start the container with its services down")
    .addOption(
      new Option("--keys-from <file>", "public SSH keys that may log in, from a file")
        .argParser(once)
        .conflicts("authorizedKeys"),
    )
    .option("--authorized-keys <keys>", "public SSH keys that may log in, as text", once)
    .option("--adopt <volumes...>", "use a volume that is not this stack's, with what is on it")
    .option("--setup", "choose anew what set-up found on this machine")
    .option("--preview", "show what would change, and change nothing")
    .option("--yes", "accepted and without effect: nothing is asked")
    .addOption(verboseOption());

type StartOptions = ReturnType<ReturnType<typeof declared>["opts"]>;

export const declare = (root: string) => declared().action((options) => start(root, options));

/** Sets the machine up and runs `pulumi up`. */
async function start(root: string, options: StartOptions): Promise<void> {
  const ready = await prepareStack(root, {
    ...options,
    flags: flagsOf(options),
    redo: options.setup === true,
  });
  const { config } = ready;
  if (ready.cluster !== undefined) refuseEnginesOwn(options);
  if (options.preview === true) {
    printResult(await planStack(root, ready, replaceBy(ready, options)));
    return;
  }
  if (config.source.sync) {
    await syncStack(root, config, {}).catch((error: unknown) => {
      if (!(error instanceof UserError)) throw error;
      throw new UserError(
        error.code,
        `${error.message}\nnpm start changed nothing: kalisi:source.sync has it bring the sources up to date first`,
      );
    });
  }
  await bringUp(root, ready, options);
}

/** How a stack is brought up. */
interface BringUpOptions extends Pick<UpdateOptions, "verbose"> {
  /** Whether its image is built or pulled again. @default false */
  readonly build?: true | undefined;
}

/** What an update replaces though nothing of it has changed. */
function replaceBy({ stack, config }: ReadyStack, { build }: BringUpOptions) {
  return build === true && config.image.pull === undefined
    ? { replace: [imageUrn(stack.name)] }
    : {};
}

/** Runs `pulumi up`, and says where the stack is; where not all of it is healthy then, how to come back. */
export async function bringUp(
  root: string,
  ready: ReadyStack,
  options: BringUpOptions,
): Promise<void> {
  if (ready.cluster !== undefined) {
    await bringUpInCluster(root, ready, options);
    return;
  }
  const docker = dockerClient(ready.machine.engine.uri);
  const stack = ready.stack.name;
  const { container } = chooseNames(stack, ready.config.names);
  await tellingWayBack(root, docker, { stack, container }, () =>
    update(root, docker, container, ready, options),
  );
}

async function update(
  root: string,
  docker: Docker,
  container: string,
  ready: ReadyStack,
  options: BringUpOptions,
): Promise<void> {
  const { stack, config, machine } = ready;
  const replace = replaceBy(ready, options);
  const { pull } = config.image;
  await Promise.all([
    refusePaused(machine, container),
    // The update may replace it, and then fail.
    recordBuilt(root, docker, stack.name, ready.deployed ?? {}),
  ]);
  if (options.build === true && pull !== undefined) {
    await pullAnew(docker, pull);
  }
  const ask = () => whyNotUp(docker, container, config.timeouts.healthySeconds);
  let early: ReturnType<typeof ask> | undefined;
  const { outputs, changes } = await updateStack(
    stack,
    "npm start: not up",
    shownBy(options),
    (output) => stack.up({ ...output, ...replace }),
    ({ type, op }) => {
      // A container that stays can be asked while Pulumi looks at the rest.
      if (type === containerType && op === "same") {
        early = ask();
        early.catch(() => undefined);
      }
    },
  );
  const isUnchanged = Object.keys(changes).every((op) => op === "same");
  const reason = await (isUnchanged ? (early ?? ask()) : ask());
  if (reason !== undefined) {
    throw new UserError(
      "KALISI-CONTAINER-SERVICE",
      `npm start: the stack is as it should be, but not every service answers:\n${reason}\nnpm run logs shows why; if it was stopped inside: npm run shell -- ./start.sh --daemon`,
    );
  }
  tellUp(root, ready, outputs);
  await rememberStart(root, docker, stack, { container, isUnchanged, autoStart: config.autoStart });
  printResult({ stack: stack.name, ...outputs, changes });
}

function imageUrn(stack: string): string {
  return `urn:pulumi:${stack}::kalisi::kalisi:components:KalisiImage$${imageType}::image-build`;
}

/** An image is named by its digest there, and what is not the stack's is never taken. */
function refuseEnginesOwn({ build, adopt }: StartOptions): void {
  const option = build === true ? "--build" : adopt === undefined ? undefined : "--adopt";
  if (option !== undefined) {
    throw new UsageError(
      "KALISI-OPTION-WRONG",
      `${option} is for a stack on a Docker Engine, and this one is on Kubernetes: leave it out`,
    );
  }
}

/** What of the options is for the program. */
function flagsOf({ autoStart, keysFrom, authorizedKeys, adopt, preview }: StartOptions): Flags {
  return {
    ...(preview === true ? { planFirst: true } : {}),
    ...(autoStart ? {} : { autoStart }),
    ...(keysFrom === undefined ? {} : { keysFrom: pathOrKeys(keysFrom) }),
    ...(authorizedKeys === undefined ? {} : { authorizedKeys }),
    ...(adopt === undefined ? {} : { adopt: [...adopt] }),
  };
}

/** A path is relative to where it was typed. */
function pathOrKeys(text: string): string {
  return looksLikeKeys(text) || text.startsWith("~/") ? text : resolve(text);
}
