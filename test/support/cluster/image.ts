import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { createWriteStream, readFileSync } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { pack, type Pack } from "tar-stream";

/** Bytes of an archive with one program in it, or of one with files. */
function tar(files: Readonly<Record<string, string | Buffer>>, mode: number): Pack {
  const archive = pack();
  for (const [name, content] of Object.entries(files)) archive.entry({ name, mode }, content);
  archive.finalize();
  return archive;
}

async function bytes(archive: Pack): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

const digest = (content: Buffer) => createHash("sha256").update(content).digest("hex");

/**
 * Builds an image with nothing in it but the program of `tiny/`, which needs no other image.
 *
 * @param name with a tag
 * @returns its archive, as `docker save` makes one
 */
export async function makeTinyImage(folder: string, name: string): Promise<string> {
  const program = join(folder, "tiny");
  execFileSync("go", ["build", "-trimpath", "-ldflags", "-s -w", "-o", program, "main.go"], {
    cwd: join(__dirname, "tiny"),
    env: { ...process.env, CGO_ENABLED: "0" },
  });
  const layer = await bytes(tar({ tiny: readFileSync(program) }, 0o755));
  const config = JSON.stringify({
    architecture: process.arch === "x64" ? "amd64" : process.arch,
    os: "linux",
    config: { Entrypoint: ["/tiny"] },
    rootfs: { type: "layers", diff_ids: [`sha256:${digest(layer)}`] },
  });
  const path = join(folder, "tiny.tar");
  const manifest = [{ Config: "config.json", RepoTags: [name], Layers: ["layer.tar"] }];
  const files = {
    "manifest.json": JSON.stringify(manifest),
    "config.json": config,
    "layer.tar": layer,
  };
  await pipeline(tar(files, 0o644), createWriteStream(path));
  return path;
}
