import { dockerClient } from "../../config/docker-host";
import { physicalNames } from "../../config/names";
import { setUp } from "../setup";
import { stackName } from "../stack";

/** Prints what set-up chose, and how the container is. Exit code 1 unless it is healthy. */
export async function status(root: string, options: { readonly stack?: string }): Promise<void> {
  const machine = await setUp(root, { redo: false });
  const { profile, pulumi, engine } = machine;
  const stack = await stackName(root, machine, options.stack);
  const { container } = physicalNames(stack);
  console.log(`Pulumi: ${pulumi.version}, ${pulumi.bin}`);
  console.log(
    `Pulumi plugins: ${pulumi.home === undefined ? "official" : "the stand-ins of airgap/"}`,
  );
  console.log(`Stack: ${stack}`);
  console.log(`Base image: ${profile.baseImages?.base ?? "official"}`);
  console.log(
    `Rust: ${profile.from?.rust === "debian" ? "the base image's packages, no nightly" : "the Dockerfile's nightly"}`,
  );
  console.log(`Source: ${profile.sourcePath ?? "not set up"}`);
  console.log(`Docker Engine: ${engine.uri} (from ${engine.origin})`);
  const health = await containerHealth(engine.uri, container);
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
