import type { Stack } from "@pulumi/pulumi/automation";
import { kubectlLine, type ClusterPlace } from "../config/cluster/kubectl";
import { targetOf } from "../config/cluster/target-check";
import type { NamedEngine } from "../config/engine/endpoint";
import { formerEngine, movedProblem } from "../config/engine/engine-move";
import { throwIfAny } from "../config/errors";
import type { Settings } from "../config/resolve-settings";
import { openStack } from "./choose-stack";
import { engineOfStack, readDeployed, type DeployedStack } from "./container/deployed";
import type { StackOption } from "./options";
import { findEngine, findTools, type Machine, type Tools } from "./setup";
import { ensureKubernetesPlugin } from "./setup/kubernetes-plugin";
import { report } from "./setup/report";
import { readSettings } from "./stack-settings";
import { UserError } from "./user-error";

/** A stack that is there, with what its last update has left and where. */
export interface OpenStack {
  /** Its Engine is the one that the stack is on. */
  readonly machine: Machine;
  readonly stack: Stack;
  readonly settings: Settings;
  readonly deployed: DeployedStack;
}

/** A stack that is there, in a cluster. */
export interface ClusterStack extends Omit<OpenStack, "machine"> {
  readonly tools: Tools;
  readonly cluster: ClusterPlace;
}

/**
 * Opens a stack that is there, and where it is: the place of its last update as long as something is up there, else the
 * one that its settings name.
 *
 * @param mayHaveMoved whether it is no matter that those are two Engines; else that is refused
 */
export async function openAnywhere(
  root: string,
  option: StackOption,
  { mayHaveMoved = true }: { readonly mayHaveMoved?: boolean } = {},
): Promise<OpenStack | ClusterStack> {
  const tools = await findTools(root, { redo: false });
  const stack = await openStack(root, tools, option);
  const settings = await readSettings(stack, tools.profile);
  const deployed = await readDeployed(stack);
  const { target } = settings.config;
  const cluster = target === "kubernetes" ? targetOf(stack.name, settings.config) : undefined;
  const place = deployed.cluster ?? (deployed.container === undefined ? cluster : undefined);
  if (place !== undefined) {
    await ensureKubernetesPlugin(tools.pulumi, true, report);
    return { tools, stack, settings, deployed, cluster: place };
  }
  if (!mayHaveMoved) {
    await refuseMoved(stack, settings.engine(), deployed);
  }
  const engine = engineOfStack(stack.name, settings, deployed);
  return { machine: await findEngine(root, tools, engine), stack, settings, deployed };
}

/** {@link openAnywhere} for what can be done on a Docker Engine alone. */
export async function openOnEngine(
  root: string,
  option: StackOption,
  moved?: { readonly mayHaveMoved?: boolean },
): Promise<OpenStack> {
  const opened = await openAnywhere(root, option, moved);
  if ("cluster" in opened) throw unsupported(opened.stack.name, opened.cluster);
  return opened;
}

/** Of a command that a stack in a cluster has no use for, or that cannot do its work there yet. */
export function unsupported(stack: string, place: ClusterPlace): UserError {
  return new UserError(
    "KALISI-KUBERNETES-UNSUPPORTED",
    `This command works on a container of a Docker Engine, and stack ${stack} is on Kubernetes.\nWhat there is of it: ${kubectlLine(place, "get all,pvc")}`,
  );
}

/** The program says so as well, but only once Pulumi has asked the former Engine, which may be gone. */
export async function refuseMoved(
  stack: Stack,
  named: NamedEngine,
  deployed: DeployedStack,
): Promise<void> {
  const former = await formerEngine(named, deployed);
  throwIfAny(former === undefined ? [] : [movedProblem(named, former, stack.name)]);
}
