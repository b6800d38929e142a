import { execFile, spawn } from "node:child_process";
import { rename, rm } from "node:fs/promises";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { coerce, gte } from "semver";
import { formatSeconds } from "../config/duration";

/** What each go.mod of ours asks for. */
const minimumGo = "1.25.11";
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
export interface Program {
  readonly title: string;
  /** Where the go.mod of ours is that requires it. */
  readonly folder: string;
  readonly package: string;
  /** What its variables are set to, as its own release does. */
  readonly symbols: Readonly<Record<string, string>>;
  /** Further options of `go build`. */
  readonly options?: readonly string[];
  /** Whether it needs no library of the machine's. @default as Go has it */
  readonly isStatic?: boolean;
  /** How long its build takes, for people. */
  readonly duration: string;
}

/**
 * Whether a Go can build the modules of this project.
 *
 * @param version as `go env GOVERSION` has it
 * @example isGoNewEnough("go1.26rc1")
 */
export function isGoNewEnough(version: string): boolean {
  const found = coerce(version);
  return found !== null && gte(found, minimumGo);
}

/**
 * @param folder that has the go.mod
 * @param reason why there is anything to build, as the beginning of a sentence
 * @throws if no Go is there that can build it
 */
export async function requireGo(folder: string, reason: string): Promise<void> {
  const needed = `Go ${minimumGo} or newer`;
  const install = `${reason}: install ${needed} (https://go.dev/dl, or your company's mirror of it), put its bin folder on PATH, and start again.`;
  // Asked in the module's folder, where a Go that can fetch the right toolchain by itself does so.
  const asked = runFile("go", ["env", "GOVERSION"], { cwd: folder, env: process.env });
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
  program: Program,
  output: string,
  { log, heartbeat }: Progress,
): Promise<void> {
  log(`building ${program.title} from Go modules (${program.duration})`);
  const started = Date.now();
  const symbols = Object.entries(program.symbols).map(([name, value]) => `-X ${name}=${value}`);
  const flags = [
    ...["-mod=readonly", "-trimpath", ...(program.options ?? [])],
    ...["-ldflags", ["-s -w", ...symbols].join(" ")],
  ];
  const child = spawn("go", ["build", ...flags, "-o", output, program.package], {
    cwd: program.folder,
    env: { ...process.env, ...(program.isStatic === true ? { CGO_ENABLED: "0" } : {}) },
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
  const stopHeartbeat = heartbeat(`go build of ${program.title}`, () =>
    fetched > 0 ? `, ${fetched} modules fetched` : "",
  );
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.on("error", reject).on("close", resolve);
    });
    if (code !== 0) {
      const tail = said.slice(-linesOnFailure).map((line) => `  ${line}`);
      const how = code === null ? "was interrupted" : `ended with ${code}`;
      throw new Error([`${program.title} does not build: go ${how}`, ...tail].join("\n"));
    }
  } finally {
    stopHeartbeat();
  }
  log(`built ${program.title} in ${formatSeconds((Date.now() - started) / 1000)}`);
}

/** Builds beside the target, so that an interrupted build never leaves half a program behind. */
export async function buildInto(
  target: string,
  program: Program,
  progress: Progress,
): Promise<void> {
  const unfinished = `${target}.${process.pid}.tmp`;
  try {
    await goBuild(program, unfinished, progress);
    await rename(unfinished, target);
  } finally {
    await rm(unfinished, { force: true });
  }
}
