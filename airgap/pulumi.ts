import { execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { coerce, gte } from "semver";
import { formatSeconds } from "../config/duration";
import { replaceFile } from "../config/replace-file";

/** Newer ones are refused by module proxies, or need a language host that is. */
export const builtPulumiVersion = "3.250.0";
const languageHostVersion = "3.66.0";
/** What go.mod of both modules asks for. */
const minimumGo = "1.25.11";

const versionSymbol = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version";
const linesOnFailure = 20;

type Log = (line: string) => void;

/** How the caller shows that something long goes on: started with what it is, it returns what ends it. */
type Heartbeat = (label: string, detail: () => string) => () => void;

/** How the caller shows how far a build is. */
export interface Progress {
  readonly log: Log;
  readonly heartbeat: Heartbeat;
}

const runFile = promisify(execFile);

/** A program that is built from a Go module. */
interface Module {
  readonly title: string;
  /** Where the go.mod of ours is that requires it. */
  readonly folder: string;
  readonly package: string;
  readonly version: string;
  /** How long its build takes, for people. */
  readonly duration: string;
}

const cli: Module = {
  title: `Pulumi ${builtPulumiVersion}`,
  folder: join(__dirname, "pulumi-cli"),
  package: "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
  version: builtPulumiVersion,
  duration: "about 7 minutes, once",
};

const languageHost: Module = {
  title: `Pulumi's Node.js language host ${languageHostVersion}`,
  folder: join(__dirname, "language-nodejs"),
  package: "github.com/pulumi/pulumi/sdk/v3/nodejs/cmd/pulumi-language-nodejs",
  version: languageHostVersion,
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

/**
 * Whether a Go can build both modules.
 *
 * @param version as `go env GOVERSION` has it
 * @example isGoNewEnough("go1.26rc1")
 */
export function isGoNewEnough(version: string): boolean {
  const found = coerce(version);
  return found !== null && gte(found, minimumGo);
}

async function requireGo(): Promise<void> {
  const needed = `Go ${minimumGo} or newer`;
  const install = `Pulumi cannot be downloaded here and is built from Go modules instead: install ${needed} (https://go.dev/dl, or your company's mirror of it), put its bin folder on PATH, and start again.`;
  // Asked in the module's folder, where a Go that can fetch the right toolchain by itself does so.
  const asked = runFile("go", ["env", "GOVERSION"], {
    cwd: cli.folder,
    env: process.env,
  });
  const version = await asked.then(
    ({ stdout }) => stdout.trim(),
    (error: unknown) => {
      const missing = (error as NodeJS.ErrnoException).code === "ENOENT";
      const said = (error as { stderr?: string }).stderr?.trim() ?? "";
      throw new Error(`${missing ? "there is no Go on PATH" : said}. ${install}`);
    },
  );
  if (!isGoNewEnough(version)) {
    throw new Error(`${version} on PATH is too old. ${install}`);
  }
}

async function goBuild(
  module: Module,
  output: string,
  { log, heartbeat }: Progress,
): Promise<void> {
  log(`building ${module.title} from Go modules (${module.duration})`);
  const started = Date.now();
  const flags = [
    "-mod=readonly",
    "-trimpath",
    "-ldflags",
    `-s -w -X ${versionSymbol}=v${module.version}`,
  ];
  const child = spawn("go", ["build", ...flags, "-o", output, module.package], {
    cwd: module.folder,
    env: process.env,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const said: string[] = [];
  let fetched = 0;
  createInterface({ input: child.stderr }).on("line", (line) => {
    if (line.startsWith("go: downloading ")) {
      fetched += 1;
    } else {
      said.push(line);
    }
  });
  const stopHeartbeat = heartbeat(`go build of ${module.title}`, () =>
    fetched > 0 ? `, ${fetched} modules fetched` : "",
  );
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject).on("close", resolve);
    });
    if (code !== 0) {
      const tail = said.slice(-linesOnFailure).map((line) => `  ${line}`);
      const how = code === null ? "was interrupted" : `ended with ${code}`;
      throw new Error([`${module.title} does not build: go ${how}`, ...tail].join("\n"));
    }
  } finally {
    stopHeartbeat();
  }
  log(`built ${module.title} in ${formatSeconds((Date.now() - started) / 1000)}`);
}

/** Builds beside the target, so that an interrupted build never leaves half a program behind. */
async function buildInto(target: string, module: Module, progress: Progress): Promise<void> {
  const unfinished = `${target}.${process.pid}.tmp`;
  try {
    await goBuild(module, unfinished, progress);
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { force: true });
  }
}

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
  await requireGo();
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
