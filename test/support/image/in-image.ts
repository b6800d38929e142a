import { text } from "node:stream/consumers";
import { docker } from "../e2e/probe";

/** Runs a command in a container that has an image's files and nothing else: no volume, no start. */
export async function inImage(image: string, ...command: readonly string[]): Promise<string> {
  const [program = "", ...rest] = command;
  const container = await docker.createContainer({
    Image: image,
    Entrypoint: [program],
    Cmd: rest,
    Tty: true,
    NetworkDisabled: true,
  });
  try {
    const output = await container.attach({ stream: true, stdout: true, stderr: true });
    await container.start();
    const said = await text(output);
    await container.wait();
    return said.replaceAll("\r", "").trim();
  } finally {
    await container.remove({ force: true });
  }
}
