import type { Deployed } from "./deployed";
import { dockerClient } from "./client";
import type { DockerHost } from "./endpoint";
import type { Problem } from "../errors";
import { quoted } from "../quote";
import { setCommand } from "../settings/set-command";
import { identifyEngine } from "./volume-owner";

/**
 * The Engine that a stack was brought up on, where its settings now name another one. Two addresses of the same
 * Engine count as one Engine, where both answer.
 */
export async function formerEngine(
  named: DockerHost,
  { host, container, volumes }: Deployed,
): Promise<string | undefined> {
  const isUp = container !== undefined || volumes.length > 0;
  if (!isUp || host === undefined || host === named.uri) {
    return undefined;
  }
  const [here, there] = await Promise.all([named.uri, host].map(idOf));
  return here !== undefined && here === there ? undefined : host;
}

async function idOf(uri: string): Promise<string | undefined> {
  try {
    const { id, machine } = await identifyEngine(dockerClient(uri));
    return `${id} ${machine}`;
  } catch {
    return undefined;
  }
}

/** What is wrong with a stack that is up on another Engine, and the two ways on. */
export function movedProblem(named: DockerHost, former: string, stack: string): Problem {
  return {
    code: "KALISI-ENGINE-OTHER",
    setting: `Docker Engine (from ${named.origin})`,
    value: named.uri,
    problem: `stack ${stack} is on another Engine, ${former}`,
    fix: `go back to that one: ${settingEngine(named, former)}; or move: npm stop -- --stack ${stack}, which ends it there and leaves its volumes there, then npm start (if that Engine is gone for good: pulumi state delete --all)`,
  };
}

/** The command that names an Engine where it is named now. */
function settingEngine({ origin }: DockerHost, uri: string): string {
  return origin === "DOCKER_HOST"
    ? `export DOCKER_HOST=${quoted(uri)}`
    : setCommand(["dockerHost"], uri);
}
