import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createOptions } from "../../../airgap/plugins/docker/container-spec";
import { readServiceNames } from "../../../cli/container/services";
import { framedText } from "../../../config/engine/frames";
import type { PhysicalNames } from "../../../config/names";
import { seconds } from "../../../config/settings/units";
import { docker, removeEverything } from "../e2e/probe";
import { eventually, untilSaid } from "../eventually";
import { declaredContainer, exampleSettings, root } from "./declared";
import { mountsOf, type Wishes, type WishesWithSettings } from "./wishes";

/** What runs in the container under the supervisor, in the order of a start. */
export const serviceNames = readServiceNames(root);

/** What a container without auto-start logs once it is prepared and sshd runs. */
export const prepared = /^container-entrypoint: KALISI_AUTO_START is not true/m;

/** How a command inside ended. */
export interface Ended {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

let count = 0;

/** A container of the built image with volumes of its own; `remove` takes all of it away. */
export class TestContainer {
  readonly names: PhysicalNames;
  private readonly folder = mkdtempSync(join(tmpdir(), "kalisi-image-"));

  private wishes: WishesWithSettings;

  private constructor(wishes: Wishes) {
    // Once for all its starts: each call makes other secrets, and a new password costs the database a change.
    this.wishes = { settings: exampleSettings(), ...wishes };
    const prefix = `${process.env["KALISI_TEST_PREFIX"] ?? "kalisi-image"}-${process.pid}-${++count}`;
    const volume = (name: string) => `${prefix}-${name}`;
    this.names = {
      container: prefix,
      network: volume("network"),
      volumes: {
        workspace: volume("workspace"),
        neo4j: volume("neo4j"),
        redis: volume("redis"),
        home: volume("home"),
      },
    };
  }

  /** Creates and starts one. */
  static async start(wishes: Wishes = {}): Promise<TestContainer> {
    const container = new TestContainer(wishes);
    await container.create();
    return container;
  }

  private async create(): Promise<void> {
    const { environment, ports = [], ...settings } = this.wishes.options ?? {};
    const inputs = await declaredContainer(this.names, {
      image: this.wishes.image ?? process.env["KALISI_TEST_IMAGE_ID"] ?? "",
      mounts: mountsOf(this.wishes, this.folder),
      digests: {},
      ports,
      environment,
      settings: {
        autoStart: this.wishes.autoStart ?? true,
        timeouts: { healthySeconds: seconds(300), stopSeconds: seconds(90) },
        ...settings,
      },
    });
    const options = createOptions(inputs);
    this.wishes.adjust?.(options);
    await (await docker.createContainer(options)).start();
  }

  /** Makes it anew on the same volumes, as a new image or another configuration would. */
  async recreate(changes: Wishes = {}): Promise<void> {
    this.wishes = { ...this.wishes, ...changes };
    await docker.getContainer(this.names.container).remove({ force: true });
    await this.create();
  }

  /** Runs a command inside, as root. */
  run(...command: readonly string[]): Promise<Ended> {
    return this.runAs("root", ...command);
  }

  /** Runs a command inside as a user, in /workspace. */
  async runAs(user: string, ...command: readonly string[]): Promise<Ended> {
    const exec = await docker.getContainer(this.names.container).exec({
      Cmd: [...command],
      User: user,
      WorkingDir: "/workspace",
      AttachStdout: true,
      AttachStderr: true,
    });
    const output = await framedText(await exec.start({}));
    const { ExitCode } = await exec.inspect();
    return { code: ExitCode ?? -1, ...output };
  }

  /** Gives sshd its whole list of keys, as the stack does; any user's try. */
  setKeys(keys: string, user = "root"): Promise<Ended> {
    return this.runAs(user, "sh", "-c", 'printf %s "$1" | kalisi-authorized-keys', "-", keys);
  }

  /** What /workspace/start.sh does for the user. */
  startScript(...options: readonly string[]): Promise<Ended> {
    return this.runAs("kalisi", "/workspace/start.sh", ...options);
  }

  /** The output of a script that must succeed, run in /workspace as its user. */
  async sh(script: string): Promise<string> {
    const { code, stdout, stderr } = await this.runAs("kalisi", "bash", "-euc", script);
    if (code !== 0) {
      throw new Error(`${script} ended with ${code}: ${stdout}${stderr}`);
    }
    return stdout.trim();
  }

  /** The process of a service. */
  pid(service: string): Promise<string> {
    return this.ask("s6-svstat", "-o", "pid", `/run/service/${service}`);
  }

  /** The process of each service. */
  async pids(): Promise<Readonly<Record<string, string>>> {
    const found = serviceNames.map(async (name) => [name, await this.pid(name)] as const);
    return Object.fromEntries(await Promise.all(found));
  }

  /** The output of a command that must succeed. */
  async ask(...command: readonly string[]): Promise<string> {
    const { code, stdout, stderr } = await this.run(...command);
    if (code !== 0) {
      throw new Error(`${command.join(" ")} ended with ${code}: ${stdout}${stderr}`);
    }
    return stdout.trim();
  }

  /** What `docker logs` shows. */
  async log(): Promise<{ readonly stdout: string; readonly stderr: string }> {
    const container = docker.getContainer(this.names.container);
    return framedText(await container.logs({ stdout: true, stderr: true }));
  }

  /** Waits until all services are well; fails with what the health check says, and the container's log. */
  async untilHealthy(): Promise<void> {
    try {
      await eventually(180, async () => {
        const { code, stdout } = await this.run("kalisi-health", "--wait", "25");
        return code === 0 ? undefined : stdout;
      });
    } catch (error) {
      const { stdout, stderr } = await this.log();
      throw new Error(`${String(error)}\nIts log:\n${stdout}${stderr}`, { cause: error });
    }
  }

  /** Waits until the health check says what it should: of a service that is tried again and again, it varies. */
  untilReported(pattern: RegExp): Promise<void> {
    return untilSaid(30, pattern, async () => (await this.run("kalisi-health")).stdout);
  }

  /** Waits until a container without auto-start has done all that it does. */
  untilPrepared(): Promise<void> {
    return this.untilLogged(prepared);
  }

  /** Waits until the log holds a line. */
  untilLogged(pattern: RegExp): Promise<void> {
    return untilSaid(180, pattern, async () => {
      const { stdout, stderr } = await this.log();
      return stdout + stderr;
    });
  }

  /** Stops it as the Engine does; returns the seconds that it took. */
  async stop(): Promise<number> {
    const began = Date.now();
    await docker.getContainer(this.names.container).stop();
    return (Date.now() - began) / 1000;
  }

  /** Starts it again after a stop. */
  async startAgain(): Promise<void> {
    await docker.getContainer(this.names.container).start();
  }

  async inspect() {
    return docker.getContainer(this.names.container).inspect();
  }

  async remove(): Promise<void> {
    await removeEverything(this.names);
    rmSync(this.folder, { recursive: true, force: true });
  }
}
