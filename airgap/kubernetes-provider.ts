import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { kubernetesPluginVersion } from "../config/plugin-versions";
import { buildInto, requireGo, type Program, type Progress } from "./go-build";

const goModule = "github.com/pulumi/pulumi-kubernetes/provider/v4";
const name = "pulumi-resource-kubernetes";

const provider: Program = {
  title: `Pulumi's Kubernetes plugin ${kubernetesPluginVersion}`,
  folder: join(__dirname, "kubernetes-provider"),
  package: ".",
  symbols: { [`${goModule}/pkg/version.Version`]: kubernetesPluginVersion },
  isStatic: true,
  duration: "10 to 20 minutes, once",
};

const runFile = promisify(execFile);

/** What the module's own `generate.go` makes for its main package, and leaves out of the module. */
async function generate(folder: string): Promise<string> {
  const list = ["list", "-mod=readonly", "-m", "-f", "{{.Dir}}", goModule];
  await runFile("go", ["mod", "download", goModule], { cwd: provider.folder });
  const { stdout } = await runFile("go", list, { cwd: provider.folder });
  const read = async (file: string) =>
    JSON.parse(await readFile(join(stdout.trim(), "cmd", name, file), "utf8")) as object;
  const generated = {
    "schema-embed.json": { ...(await read("schema.json")), version: kubernetesPluginVersion },
    "terraform-mapping-embed.json": await read("terraform-mapping.json"),
  };
  const replaced: Record<string, string> = {};
  for (const [file, content] of Object.entries(generated)) {
    await writeFile(join(folder, file), JSON.stringify(content));
    replaced[join(provider.folder, file)] = join(folder, file);
  }
  const overlay = join(folder, "overlay.json");
  await writeFile(overlay, JSON.stringify({ Replace: replaced }));
  return overlay;
}

/**
 * Builds the official plugin from Go modules, unless it is there already.
 *
 * @param dir of one version
 * @returns the path of the program
 */
export async function buildKubernetesProvider(dir: string, progress: Progress): Promise<string> {
  const path = join(dir, name);
  if (existsSync(path)) return path;
  await requireGo(provider.folder, "Pulumi's Kubernetes plugin is built from Go modules");
  await mkdir(dir, { recursive: true });
  const generated = await mkdtemp(join(tmpdir(), "kalisi-provider-"));
  try {
    const options = ["-overlay", await generate(generated)];
    await buildInto(path, { ...provider, options }, progress);
  } finally {
    await rm(generated, { recursive: true });
  }
  return path;
}
