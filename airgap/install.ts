import { createHash } from "node:crypto";
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { pluginVersions } from "../config/plugin-versions";
import { quoted } from "../config/quote";

const sourcesFolder = join(__dirname, "plugins");
const localRequire = createRequire(__filename);

type Name = keyof typeof pluginVersions;

function sourcesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => /\.c?[jt]s$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/** Changes whenever the plugins' sources or what they are bundled with do. */
function fingerprint(): string {
  const sources = [...sourcesIn(sourcesFolder), ...sourcesIn(join(__dirname, "..", "config"))];
  const hash = createHash("sha256").update(process.execPath);
  for (const path of [...sources, join(__dirname, "../package-lock.json")]) {
    hash.update(path).update("\0").update(readFileSync(path));
  }
  return hash.digest("hex");
}

function launcher(mark: string): string {
  return `#!/bin/sh
# sources: ${mark}
exec ${quoted(process.execPath)} "\${0%/*}/start.cjs" "$@"
`;
}

/** One file starts in a third of the time that the same modules take one by one, compiled or not. */
async function bundle(name: Name, folder: string): Promise<void> {
  const { build } = await import("esbuild");
  await build({
    entryPoints: [join(sourcesFolder, name, "main.ts")],
    outfile: join(folder, "plugin.cjs"),
    bundle: true,
    minify: true,
    // Error messages and stack traces keep their names.
    keepNames: true,
    platform: "node",
    format: "cjs",
    target: "node20",
    // Optional native speed-ups of ssh2, which does without them.
    external: ["cpu-features", "*.node"],
    logLevel: "error",
  });
  cpSync(join(sourcesFolder, "start.cjs"), join(folder, "start.cjs"));
  if (name !== "docker") {
    return;
  }
  // dockerode reads BuildKit's protocol files from beside its own code.
  const protocol = join(dirname(localRequire.resolve("dockerode")), "proto");
  cpSync(protocol, join(folder, "proto"), { recursive: true });
}

/** Whether it was not there yet. The folder appears when all of it is in it. */
async function installOne(home: string, name: Name, mark: string): Promise<boolean> {
  const folder = join(home, "plugins", `resource-${name}-v${pluginVersions[name]}`);
  const script = `pulumi-resource-${name}`;
  const path = join(folder, script);
  const content = launcher(mark);
  if (existsSync(path) && readFileSync(path, "utf8") === content) {
    return false;
  }
  const unfinished = `${folder}.${process.pid}.tmp`;
  mkdirSync(unfinished, { recursive: true });
  await bundle(name, unfinished);
  writeFileSync(join(unfinished, script), content, { mode: 0o755 });
  rmSync(folder, { recursive: true, force: true });
  renameSync(unfinished, folder);
  return true;
}

/**
 * Puts the stand-ins where Pulumi looks for plugins. `pulumiHome` must be the project's own: in the
 * user's, other projects would be handed the stand-ins too.
 *
 * @returns those that were not there yet, as `name version`
 */
export async function installStandIns(pulumiHome: string): Promise<readonly string[]> {
  const home = resolve(pulumiHome);
  const mark = fingerprint();
  const installed: string[] = [];
  for (const name of Object.keys(pluginVersions) as Name[]) {
    if (await installOne(home, name, mark)) {
      installed.push(`${name} ${pluginVersions[name]}`);
    }
  }
  return installed;
}
