import { spawn } from "node:child_process";
import { existsSync, openSync, readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { defaultSocket, dockerClient } from "../../config/engine/client";
import type { DockerHost } from "../../config/engine/endpoint";
import { isSsh, trySsh } from "../../config/engine/ssh-words";
import { reasonOf } from "../../config/errors";
import { isInstalled, run } from "../process";
import { UserError } from "../user-error";
import type { Report } from "./report";

const daemonLog = "/var/log/dockerd.log";
const startDeadlineMilliseconds = 60_000;
const pollMilliseconds = 200;

/**
 * Ensures that a Docker Engine answers. This machine's own, at the default socket, is installed and started
 * as root on Debian or Ubuntu; any other must be started by its user.
 *
 * @param isNews whether to report which one it is
 * @param onInstalled called once it is installed, before it answers
 */
export async function ensureEngine(
  host: DockerHost,
  isNews: boolean,
  report: Report,
  onInstalled: () => void,
): Promise<void> {
  const reason = await whyUnreachable(host);
  if (reason === undefined) {
    if (isNews) report("Docker Engine", host.uri, `answers; from ${host.origin}`);
    return;
  }
  if (host.uri !== defaultSocket) {
    throw new UserError(
      "KALISI-ENGINE-UNREACHABLE",
      `The Docker Engine at ${host.uri} (from ${host.origin}) does not answer: ${reason}.\n${await howToReach(host, reason)}`,
    );
  }
  if (!isRoot() || !isDebianLike()) {
    throw new UserError(
      "KALISI-ENGINE-UNREACHABLE",
      `No Docker Engine answers at ${host.uri}: ${reason}.\n${await howToReach(host, reason)}`,
    );
  }
  const installed = await isInstalled("dockerd");
  if (!installed) {
    report("Docker Engine", "installing Debian's package docker.io", "none is installed");
    await aptInstall(["docker.io"]);
    onInstalled();
  }
  await startDaemon(host);
  report(
    "Docker Engine",
    host.uri,
    installed ? "started: it was not running" : "installed and started",
  );
}

/** What to do about an Engine that does not answer, or choose another one by. */
export async function howToReach(host: DockerHost, reason: string): Promise<string> {
  if (host.uri === defaultSocket) {
    return hint(reason);
  }
  return isSsh(host.uri)
    ? `Choose another one (${howToChange(host)}), or have this answer without a question: ${trySsh(host.uri)}`
    : `Start it, or choose another one: ${howToChange(host)}`;
}

/** What names another Engine, in the place where this one is named. */
function howToChange({ origin }: DockerHost): string {
  if (origin === "DOCKER_HOST") {
    return "unset DOCKER_HOST";
  }
  return origin.startsWith("kalisi:")
    ? "npm run pulumi -- config set kalisi:dockerHost ADDRESS"
    : "npm start -- --setup";
}

/** Installs distribution packages as root. */
export async function aptInstall(packages: readonly string[]): Promise<void> {
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  await run("apt-get", ["update", "-qq"], { env, label: "apt-get update" });
  await run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], {
    env,
    label: `apt-get install ${packages.join(" ")}`,
  });
}

export function isRoot(): boolean {
  return process.getuid?.() === 0;
}

export function isDebianLike(): boolean {
  return (
    existsSync("/etc/os-release") &&
    /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync("/etc/os-release", "utf8"))
  );
}

async function hint(reason: string): Promise<string> {
  if (reason === "permission denied") {
    return "Let your user in: sudo usermod -aG docker $USER (then log in again)";
  }
  if (await isInstalled("dockerd")) {
    return "Start it: sudo systemctl start docker";
  }
  return isDebianLike()
    ? "Install it: sudo apt-get install docker.io && sudo usermod -aG docker $USER (then log in again)"
    : "Install Docker: https://docs.docker.com/engine/install/";
}

async function whyUnreachable(host: DockerHost): Promise<string | undefined> {
  // What is wrong with its certificates is to be told as it is.
  const docker = dockerClient(host.uri);
  try {
    await docker.ping();
    return undefined;
  } catch (error) {
    return reasonOf(error);
  }
}

async function startDaemon(host: DockerHost): Promise<void> {
  if (existsSync("/run/systemd/system")) {
    await run("systemctl", ["start", "docker"]);
  } else {
    // No init system runs here: the daemon outlives this program, its output in a file.
    const log = openSync(daemonLog, "a");
    spawn("dockerd", [], { detached: true, stdio: ["ignore", log, log] }).unref();
  }
  const deadline = Date.now() + startDeadlineMilliseconds;
  while ((await whyUnreachable(host)) !== undefined) {
    if (Date.now() > deadline) {
      throw new UserError(
        "KALISI-ENGINE-UNREACHABLE",
        `dockerd was started but does not answer. Its log: ${daemonLog}`,
      );
    }
    await delay(pollMilliseconds);
  }
}
