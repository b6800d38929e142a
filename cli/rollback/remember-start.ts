import type { Stack } from "@pulumi/pulumi/automation";
import type Docker from "dockerode";
import { engineMessage } from "../../config/engine/message";
import { identifyEngine } from "../../config/engine/volume-owner";
import { inspect, readDeployed } from "../container/deployed";
import { keptImages, recordBuilt, removeOlder } from "../container/former-images";
import { print } from "../output";
import { askStores } from "../status/inside";
import { readHealthyStarts, recordHealthyStart } from "./healthy-starts";
import { readSettingsFile } from "./settings-file";
import { isRolledBack } from "./target";

/** A start after which all that is meant to be up answered. */
interface Start {
  readonly container: string;
  /** Whether it has changed nothing. */
  readonly isUnchanged: boolean;
  /** Whether the services are meant to be up. */
  readonly autoStart: boolean;
}

/** Records what a rollback goes back to, and removes the images that are too old for that. What comes of it is no failure. */
export async function rememberStart(
  root: string,
  docker: Docker,
  stack: Stack,
  { container, isUnchanged, autoStart }: Start,
): Promise<void> {
  const known = readHealthyStarts(root, stack.name);
  if (isUnchanged && known.length > 0) {
    return;
  }
  try {
    await recordBuilt(root, docker, stack.name, await readDeployed(stack));
    const settings = readSettingsFile(root, stack.name);
    const image = (await inspect(docker, container))?.Image;
    const isBack = known.some((start) => isRolledBack(start, settings));
    const starts =
      autoStart && image !== undefined && !isBack
        ? recordHealthyStart(root, stack.name, {
            at: new Date().toISOString(),
            engine: (await identifyEngine(docker)).id,
            image,
            versions: await askStores(docker.getContainer(container)),
            settings,
          })
        : known;
    const healthy = starts.map((start) => start.image);
    const removed = await removeOlder(root, docker, stack.name, healthy);
    if (removed > 0) {
      print(
        `Removed ${removed === 1 ? "1 former image" : `${removed} former images`}: the stack's last ${keptImages} are kept`,
      );
    }
  } catch (error) {
    print(
      `Warning: what npm run rollback needs was not kept in order: ${engineMessage(error)}\nThe next start that changes something tries again`,
    );
  }
}
