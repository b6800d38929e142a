import { spawn, type ChildProcess } from "node:child_process";
import {
  chmodSync,
  closeSync,
  existsSync,
  mkdtempSync,
  openSync,
  readFileSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { dockerClient } from "../../../config/engine/client";
import { eventually } from "../eventually";
import { NetworkNamespace, runAsRoot } from "./network-namespace";
import { docker as first } from "./probe";

/**
 * Another Docker Engine on this machine, with a network of its own: what it does to bridges and firewalls
 * stays there.
 */
export class SecondEngine {
  readonly uri: string;
  readonly docker: Docker;
  readonly network = new NetworkNamespace();
  private readonly folder = mkdtempSync(join(tmpdir(), "kalisi-engine-"));
  private daemon: ChildProcess | undefined;

  /**
   * @param options further ones of dockerd's
   * @param hidden a folder that it does not see, as an Engine on another machine
   */
  constructor(
    private readonly options: readonly string[] = [],
    private readonly hidden?: string,
  ) {
    this.uri = `unix://${join(this.folder, "docker.sock")}`;
    this.docker = dockerClient(this.uri);
  }

  async start(): Promise<void> {
    // Whom it maps root to has to get to its own folder below.
    chmodSync(this.folder, 0o711);
    // It has the loopback device up, without which no port could be published.
    await this.network.start();
    await this.startDaemon();
  }

  /**
   * Stops the daemon, and starts it again.
   *
   * @param between what happens while none runs
   */
  async restart(between: () => void = () => undefined): Promise<void> {
    await this.stopDaemon();
    between();
    await this.startDaemon();
  }

  /**
   * Kills the daemon: its containers run on. Its containerd ends a moment later, and until then a next daemon would
   * take it for one that it can use.
   */
  async kill(): Promise<void> {
    const read = (path: string) => readFileSync(join(this.folder, path), "utf8").trim();
    const containerd = read("exec/containerd/containerd.pid");
    const ended = new Promise((resolve) => this.daemon?.once("close", resolve));
    runAsRoot("kill", "-KILL", read("pid"));
    await ended;
    await eventually(30, () =>
      Promise.resolve(existsSync(`/proc/${containerd}`) ? "containerd still runs" : undefined),
    );
  }

  /** Runs a command among the files that the daemon sees, and returns its output. */
  seesBy(...command: readonly string[]): string {
    const pid = readFileSync(join(this.folder, "pid"), "utf8").trim();
    return runAsRoot("nsenter", `--mount=/proc/${pid}/ns/mnt`, ...command);
  }

  /** Starts the daemon again, after {@link kill}. */
  async startDaemon(): Promise<void> {
    const { Driver } = (await first.info()) as { readonly Driver: string };
    const log = openSync(join(this.folder, "log"), "a");
    // The machine's own configuration is the first Engine's.
    const config = join(this.folder, "daemon.json");
    writeFileSync(config, "{}");
    const options = [
      ...["--host", this.uri, "--storage-driver", Driver],
      ...["--data-root", join(this.folder, "data"), "--exec-root", join(this.folder, "exec")],
      ...["--pidfile", join(this.folder, "pid"), "--config-file", config],
      ...this.options,
    ];
    const hide =
      this.hidden === undefined
        ? []
        : ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none "$0" && exec "$@"', this.hidden];
    this.daemon = spawn("env", this.network.enter(...hide, "dockerd", ...options), {
      stdio: ["ignore", log, log],
    });
    closeSync(log);
    await eventually(60, () =>
      this.docker.ping().then(
        () => undefined,
        () => readFileSync(join(this.folder, "log"), "utf8").split("\n").slice(-5).join("\n"),
      ),
    );
  }

  /** Gives it those of the images that the first Engine has. */
  async copyImages(...names: readonly string[]): Promise<void> {
    for (const name of names) {
      const image = await first
        .getImage(name)
        .get()
        .catch(() => undefined);
      if (image !== undefined) {
        const loaded = await this.docker.loadImage(image);
        await new Promise<void>((resolve, reject) => {
          this.docker.modem.followProgress(loaded, (error: Error | null) => {
            if (error === null) resolve();
            else reject(error);
          });
        });
      }
    }
  }

  private async stopDaemon(): Promise<void> {
    const { daemon } = this;
    if (daemon?.exitCode === null) {
      const ended = new Promise((resolve) => daemon.once("close", resolve));
      daemon.kill("SIGTERM");
      await ended;
    }
  }

  async stop(): Promise<void> {
    await this.stopDaemon();
    await this.network.end();
    removeWithMounts(this.folder);
  }
}

/** Removes the folder of an Engine that has ended, and what it has left mounted there. */
export function removeWithMounts(folder: string): void {
  const mounts = readFileSync("/proc/self/mounts", "utf8")
    .split("\n")
    .flatMap((line) => line.split(" ")[1] ?? [])
    .filter((path) => path.startsWith(folder));
  for (const path of mounts.reverse()) {
    runAsRoot("umount", "--lazy", path);
  }
  runAsRoot("rm", "-rf", folder);
}
