import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { replaceFile } from "../config/replace-file";
import { buildInto, requireGo, type Program, type Progress } from "./go-build";

/** Newer ones are refused by module proxies, or need a language host that is. */
export const builtPulumiVersion = "3.250.0";
const languageHostVersion = "3.66.0";

const runFile = promisify(execFile);

const versionSymbol = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";

const cli: Program = {
  title: `Pulumi ${builtPulumiVersion}`,
  folder: join(__dirname, "pulumi-cli"),
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  symbols: { [versionSymbol]: `v${builtPulumiVersion}` },
  duration: "about 7 minutes, once",
};

const languageHost: Program = {
  title: `Pulumi's Node.js language host ${languageHostVersion}`,
  folder: join(__dirname, "language-nodejs"),
  package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  symbols: { [versionSymbol]: `v${languageHostVersion}` },
  duration: "about half a minute, once",
};

/**
 * Passes on as flags what the project's Pulumi.yaml says under `runtime.options`: this host is older
 * than the protocol that carries those options, and would load programs through ts-node. It is started
 * in the project's folder.
 */
const hostLauncher = `#!/bin/sh
# ${languageHostVersion}
nodeargs=$(sed -n 's/^ *nodeargs: *//p' Pulumi.yaml 2>/dev/null)
exec "\${0%/*}/../libexec/pulumi-language-nodejs" -typescript=false -nodeargs="$nodeargs" "$@"
`;

async function hasCli(path: string): Promise<boolean> {
  if (!existsSync(path)) {
    return false;
  }
  const env = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const { stdout } = await runFile(path, ["version"], { env }).catch(() => ({ stdout: "" }));
  return stdout.trim() === `v${builtPulumiVersion}`;
}

/** The launcher says which version its program is of. */
async function hasLanguageHost(program: string, launcher: string): Promise<boolean> {
  if (!existsSync(program) || !existsSync(launcher)) {
    return false;
  }
  return (await readFile(launcher, "utf8")).includes(`\n# ${languageHostVersion}\n`);
}

/** Writes this version's launcher of the Node.js language host that {@link buildPulumi} put into `bin`. */
export async function refreshLauncher(bin: string): Promise<void> {
  const launcher = join(bin, "pulumi-language-nodejs");
  const program = join(bin, "..", "libexec", "pulumi-language-nodejs");
  if (!(await hasLanguageHost(program, launcher))) {
    return;
  }
  if ((await readFile(launcher, "utf8")) !== hostLauncher) {
    // Another clone's run may be starting it: replaceFile leaves it no half-written one.
    replaceFile(launcher, hostLauncher, 0o755);
  }
}

/**
 * Builds the Pulumi CLI and the Node.js language host from Go modules into `dir`/bin, unless the
 * right versions are there already.
 */
export async function buildPulumi(dir: string, progress: Progress): Promise<void> {
  const pulumi = join(dir, "bin", "pulumi");
  const launcher = join(dir, "bin", "pulumi-language-nodejs");
  const host = join(dir, "libexec", "pulumi-language-nodejs");
  const [cliThere, hostThere] = [await hasCli(pulumi), await hasLanguageHost(host, launcher)];
  if (cliThere && hostThere) {
    return;
  }
  await requireGo(
    cli.folder,
    "Pulumi cannot be downloaded here and is built from Go modules instead",
  );
  for (const folder of ["bin", "libexec"]) {
    await mkdir(join(dir, folder), { recursive: true });
  }
  if (!hostThere) {
    await buildInto(host, languageHost, progress);
    replaceFile(launcher, hostLauncher, 0o755);
  }
  if (!cliThere) {
    await buildInto(pulumi, cli, progress);
  }
}
