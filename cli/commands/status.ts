import { homedir } from "node:os";
import { dockerClient, findDockerHost } from "../../config/docker-host";
import { readMachineProfile } from "../../config/machine";
import { physicalNames } from "../../config/names";

/** Prints what set-up chose, and how the container is. Exit code 1 unless it is healthy. */
export async function status(root: string, { stack }: { readonly stack: string }): Promise<void> {
  const profile = readMachineProfile(root);
  const host = findDockerHost(process.env, homedir());
  const { container } = physicalNames(stack);
  console.log(`Pulumi: ${profile.pulumi?.version ?? "not set up"} ${profile.pulumi?.bin ?? ""}`);
  console.log(`Plugins: ${profile.pulumi?.home === undefined ? "official" : "stand-ins"}`);
  console.log(`Base image: ${profile.baseImages?.base ?? "official"}`);
  console.log(`Source: ${profile.sourcePath ?? "not set up"}`);
  console.log(`Docker Engine: ${host.uri} (from ${host.origin})`);
  const health = await containerHealth(host.uri, container);
  console.log(`Container ${container}: ${health}`);
  process.exitCode = health === "healthy" ? 0 : 1;
}

async function containerHealth(uri: string, name: string): Promise<string> {
  try {
    const { State } = await dockerClient(uri).getContainer(name).inspect();
    return State.Health?.Status ?? State.Status;
  } catch (error) {
    return (error as { statusCode?: number }).statusCode === 404
      ? "not there"
      : "unknown: the Engine does not answer";
  }
}
