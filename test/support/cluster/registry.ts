import { join } from "node:path";
import { follow } from "../../../config/engine/progress";
import { docker } from "../e2e/probe";
import { requireRegistry } from "../e2e/registry";
import { writeText } from "../files";
import type { Machine } from "./machine";

/**
 * Starts a registry without TLS, which ends with a cluster's leader. An Engine does without TLS on 127.0.0.1 alone,
 * where no node reaches it: one program listens there, and another one with the same files on the leader's network.
 *
 * @param name such as `127.0.0.1:5000`: where the Engine reaches it
 * @param inCluster where nodes do
 */
export async function startRegistry(
  leader: Machine,
  name: string,
  inCluster: string,
): Promise<void> {
  await requireRegistry();
  const serve = async (title: string, addr: string, network: "own" | "test's") => {
    const config = join(leader.folder, title, "config.json");
    const storage = { filesystem: { rootdirectory: join(leader.folder, "images") } };
    const log = { level: "info", accesslog: { disabled: true } };
    writeText(config, JSON.stringify({ version: "0.1", log, storage, http: { addr } }));
    const command = ["docker-registry", "serve", config];
    await leader.runUntilReady(title, /listening on/, command, network);
  };
  await serve("registry", inCluster, "own");
  await serve("registry-for-engine", name, "test's");
}

/** What tells a node's containerd, in `NAME/hosts.toml`, that a registry is elsewhere, and has no TLS. */
export const registryHosts = (inCluster: string) => `server = "http://${inCluster}"
[host."http://${inCluster}"]
  capabilities = ["pull", "resolve"]
`;

/**
 * Pushes an image of the Engine's that the tests run on.
 *
 * @returns by what a pod names it: `REGISTRY/NAME@sha256:...`
 */
export async function publish(registry: string, image: string): Promise<string> {
  const repo = `${registry}/${image.replace(/[:@][^/]*$/, "")}`;
  const tag = "published";
  await docker.getImage(image).tag({ repo, tag });
  try {
    const output = await docker.getImage(`${repo}:${tag}`).push({ authconfig: {} });
    const progress = await follow(output, () => undefined);
    const digests = progress.map(({ aux }) => (aux as { Digest?: string } | undefined)?.Digest);
    const digest = digests.find((found) => found !== undefined);
    if (digest === undefined) throw new Error(`the Engine does not say what of ${image} it pushed`);
    return `${repo}@${digest}`;
  } finally {
    // The only name in this repository: what the Engine knows of its digest goes with it.
    await docker.getImage(`${repo}:${tag}`).remove();
  }
}
