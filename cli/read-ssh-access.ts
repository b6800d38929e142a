import { accessToPod } from "./cluster/ssh-access";
import { accessToContainer } from "./container/ssh-access";
import { openAnywhere } from "./open-stack";
import type { StackOption } from "./options";
import { keysOf, type SshAccess } from "./ssh-access";

/**
 * Asks a stack's container how ssh reaches it. The host key comes from the Engine or the cluster, so there is nothing to be
 * trusted at first sight.
 *
 * @throws UserError where it does not run
 */
export async function readSshAccess(root: string, options: StackOption): Promise<SshAccess> {
  const opened = await openAnywhere(root, options);
  const [place, answer] =
    "cluster" in opened ? await accessToPod(root, opened) : await accessToContainer(opened);
  return { ...place, ...keysOf(root, place.host, answer, opened.settings) };
}
