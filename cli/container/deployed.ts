import type { Stack } from "@pulumi/pulumi/automation";
import type Docker from "dockerode";
import { deployedIn, exportOf, resourcesOf, type Deployed } from "../../config/engine/deployed";
import { dockerClient } from "../../config/engine/client";
import type { DockerHost, NamedEngine } from "../../config/engine/endpoint";
import { readStateFile, type StateResource } from "../../config/engine/state-file";
import { isNotFound } from "../../config/engine/message";
import type { Settings } from "../../config/resolve-settings";
import { run } from "../process";
import type { Machine } from "../setup";

/** What is there according to a stack's state, and where it is reached. */
export interface DeployedStack extends Deployed {
  readonly addresses: { readonly url?: string; readonly ssh?: string };
  /** The keys that may log in: their fingerprints, each with its comment where it has one. */
  readonly keys?: Readonly<Record<string, string>>;
}

/**
 * Reads what a stack's last update has left. Not by the Automation API, which decrypts all secrets for that: it takes
 * as long again, and the state holds none.
 */
export async function readDeployed(stack: Stack): Promise<DeployedStack> {
  const resources = await readResources(stack);
  const { url, ssh, keyFingerprints } =
    resources.find(({ type }) => type === "pulumi:pulumi:Stack")?.outputs ?? {};
  return {
    ...deployedIn(resources),
    addresses: {
      ...(typeof url === "string" ? { url } : {}),
      ...(typeof ssh === "string" ? { ssh } : {}),
    },
    keys: keysIn(resources, keyFingerprints),
  };
}

/** All that a stack's state holds. */
export async function readResources({ name, workspace }: Stack): Promise<readonly StateResource[]> {
  const { workDir: cwd, envVars, pulumiCommand } = workspace;
  const env = { ...process.env, ...envVars };
  return (
    readStateFile(cwd, name, env) ??
    resourcesOf(await run(pulumiCommand.command, exportOf(name), { cwd, env }))
  );
}

/** The program lists the fingerprints in the order of the lines that it installs: components/ssh-keys.ts. */
function keysIn(
  resources: readonly StateResource[],
  fingerprints: unknown,
): Readonly<Record<string, string>> {
  const [stdin] = resources.flatMap(({ outputs: { create, stdin: input } = {} }) =>
    typeof create === "string" && create.includes("set-authorized-keys") ? [input] : [],
  );
  const lines = typeof stdin === "string" ? stdin.split("\n") : [];
  return Object.fromEntries(
    (Array.isArray(fingerprints) ? fingerprints : []).map((fingerprint, at) => [
      String(fingerprint),
      /\sAAAA\S+\s+(.+)$/.exec(lines[at] ?? "")?.[1] ?? "",
    ]),
  );
}

/** What there is of a stack that has never been up. */
export const nothingDeployed: DeployedStack = { volumes: [], ids: [], addresses: {} };

/**
 * The Engine that a stack is on: the one of its last update as long as something is up there, else the one that its
 * settings name.
 */
export function engineOfStack(
  stack: string,
  settings: Settings,
  { host, container }: DeployedStack,
): DockerHost & Partial<NamedEngine> {
  if (host === undefined || container === undefined) {
    return settings.engine();
  }
  const named = tryTo(settings.engine);
  return named?.uri === host ? named : { uri: host, origin: `stack ${stack}'s last update` };
}

/** Wrong settings are no reason to leave what is up alone. */
function tryTo<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch {
    return undefined;
  }
}

export function engineOf(machine: Machine): Docker {
  return dockerClient(machine.engine.uri);
}

/** How a container is, if it is there. */
export async function inspect(
  docker: Docker,
  container: string,
): Promise<Docker.ContainerInspectInfo | undefined> {
  try {
    return await docker.getContainer(container).inspect();
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw error;
  }
}
