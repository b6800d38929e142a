import type Docker from "dockerode";
import { dockerClient } from "../../config/engine/client";
import { pausedProblem } from "../../config/engine/paused";
import type { Machine } from "../setup";
import { UserError } from "../user-error";
import { inspect } from "./deployed";
import { execIn } from "./exec";

/**
 * Complains of each service that does not answer now, and of each that is meant to be up and was stopped inside.
 * What is off because the stack has it so (`--no-auto-start`) is none of these.
 */
const script = `kalisi-health --wait "$1" || exit
[ "\${KALISI_AUTO_START:-}" = true ] || exit 0
for folder in /run/service/*/; do
  [ -d "$folder/supervise" ] || continue
  [ "$(s6-svstat -o wantedup "$folder")" = true ] || { echo "$(basename "$folder"): was stopped inside"; bad=1; }
done
exit "\${bad:-0}"`;

/**
 * Says why a container does not serve its users at this moment, a line each; undefined where it does.
 *
 * @param waitSeconds how long a start in progress may take
 */
export async function whyNotUp(
  docker: Docker,
  name: string,
  waitSeconds: number,
): Promise<string | undefined> {
  const state = (await inspect(docker, name))?.State;
  if (state === undefined) {
    return `the container ${name} is not there`;
  }
  if (!state.Running || state.Paused || state.Restarting) {
    return `the container ${name} is ${state.Status}`;
  }
  const command = ["sh", "-c", script, "-", String(waitSeconds)];
  const { code, stdout } = await execIn(docker.getContainer(name), command);
  return code === 0 ? undefined : stdout.trim() || `its health check ended with ${code}`;
}

/** @throws UserError of a container that is paused: {@link pausedProblem} */
export async function refusePaused({ engine }: Machine, name: string): Promise<void> {
  if ((await inspect(dockerClient(engine.uri), name))?.State.Paused === true) {
    const { code, problem, fix } = pausedProblem(name, engine.uri);
    throw new UserError(code, `The container ${name} ${problem}.\nTo go on, ${fix}`);
  }
}
