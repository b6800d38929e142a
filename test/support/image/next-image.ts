import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pack } from "tar-fs";
import { docker } from "../e2e/probe";

const made: string[] = [];

/** What the Dockerfile's template stage ends with, once the template's files have changed. */
const SEAL = `
  bash /usr/local/lib/kalisi/build/sources.sh stamp rust source > .kalisi/stamps/rust
  bash /usr/local/lib/kalisi/build/sources.sh stamp frontend source > .kalisi/stamps/frontend
  find . ! -user kalisi -exec chown -h kalisi:kalisi {} +
  node /usr/local/lib/kalisi/build/manifest.mjs template . > ../workspace-template.manifest`;

/** An image like another, but for what a script does in its workspace template. */
export async function nextImage(script: string, base = process.env["KALISI_TEST_IMAGE_ID"] ?? "") {
  const commands = JSON.stringify(["bash", "-euc", script + SEAL]);
  return plainImage(
    `FROM ${base}\nWORKDIR /opt/bootstrap/workspace-template\nRUN ${commands}\nWORKDIR /\n`,
  );
}

/** Builds an image from a Dockerfile's text alone; a name is needed where another is built from it. */
export async function plainImage(dockerfile: string, name?: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "kalisi-next-"));
  try {
    writeFileSync(join(folder, "Dockerfile"), dockerfile);
    const context = pack(folder) as unknown as NodeJS.ReadableStream;
    const output = await docker.buildImage(context, name === undefined ? {} : { t: name });
    const id = await built(output);
    made.push(id);
    return id;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function built(output: NodeJS.ReadableStream): Promise<string> {
  return new Promise((resolve, reject) => {
    docker.modem.followProgress(
      output,
      (error: Error | null, steps: { aux?: { ID?: string }; error?: string }[]) => {
        const id = steps.findLast((step) => step.aux?.ID !== undefined)?.aux?.ID;
        if (error === null && id !== undefined) resolve(id);
        else reject(error ?? new Error(JSON.stringify(steps.slice(-5))));
      },
    );
  });
}

/** Takes the made images away; their containers must be gone. */
export async function removeNextImages(): Promise<void> {
  // One that another was made from goes with it.
  for (const id of made.splice(0).reverse()) {
    const images = await docker.listImages({ all: true });
    if (images.some(({ Id }) => Id === id)) await docker.getImage(id).remove({ force: true });
  }
}
