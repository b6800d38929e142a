import type { Props } from "../../../airgap/plugins/values";
import { freePort } from "../e2e/probe";
import { Made, newName, shellImage, startDockerPlugin } from "./docker";
import type { PluginProcess } from "./plugin";
import type { Recorded } from "./recorded";

export const containerType = "docker:index/container:Container";

/** Waits, and ends by itself when it is asked to. */
export const waiting = ["sh", "-c", "trap 'exit 0' TERM; sleep infinity & wait"];

const capabilities = { adds: ["CAP_CHOWN", "CAP_KILL"], drops: ["ALL"] };

/** The least that a container is declared with. */
async function leastInputs(plugin: PluginProcess): Promise<Props> {
  return { name: newName(), image: await shellImage(plugin), entrypoints: waiting, wait: false };
}

/** Every input that the program declares, and what the container needs to be made with them. */
async function allInputs(plugin: PluginProcess, things: Made): Promise<Props> {
  const volumeName = newName();
  things.volume(volumeName);
  const [ssh, https] = [await freePort(), await freePort()];
  const loopback = { ip: "127.0.0.1", protocol: "tcp" };
  return {
    ...(await leastInputs(plugin)),
    restart: "unless-stopped",
    envs: ["A=1", "B=2"],
    networkMode: "bridge",
    ports: [
      { internal: 22, external: ssh, ...loopback },
      { internal: 8443, external: https, ...loopback },
    ],
    volumes: [{ volumeName, containerPath: "/data" }],
    mounts: [{ type: "bind", source: __filename, target: "/etc/kept", readOnly: true }],
    ulimits: [{ name: "core", soft: 0, hard: 0 }],
    labels: [
      { label: "a", value: "1" },
      { label: "b", value: "2" },
    ],
    capabilities,
    securityOpts: ["no-new-privileges:true"],
    memory: 64,
    memorySwap: 64,
    cpus: "0.5",
    healthcheck: {
      tests: ["CMD", "true"],
      interval: "1m30s",
      timeout: "40s",
      startPeriod: "5m0s",
      retries: 3,
    },
    logDriver: "json-file",
    logOpts: { "max-file": "3", "max-size": "10m" },
    stopSignal: "SIGTERM",
    stopTimeout: 90,
    destroyGraceSeconds: 10,
  };
}

/** The plugin and what a test file makes with it, which goes with the file's last test. */
export class Containers {
  private constructor(readonly plugin: PluginProcess) {}

  private readonly things = new Made();

  static async start(): Promise<Containers> {
    return new Containers(await startDockerPlugin());
  }

  /** @param edit more inputs than the least, or others */
  async make(edit: Props = {}): Promise<Recorded> {
    const made = await this.plugin.create(containerType, {
      ...(await leastInputs(this.plugin)),
      ...edit,
    });
    this.things.container(made);
    return made;
  }

  /** One with every input that the program declares, and these inputs. */
  async makeWhole(): Promise<{ readonly made: Recorded; readonly inputs: Props }> {
    const inputs = await allInputs(this.plugin, this.things);
    return { inputs, made: await this.make(inputs) };
  }

  /** One as a refresh records it. */
  async refreshed(made: Recorded): Promise<Recorded> {
    const now = await this.plugin.read(made);
    if (now === undefined) throw new Error("it is gone");
    return now;
  }

  /** The paths at which one differs from the program's inputs. */
  async differences(made: Recorded, inputs = made.inputs) {
    return (await this.plugin.diff(made, inputs)).paths;
  }

  async stop(): Promise<void> {
    await this.things.removeAll();
    await this.plugin.stop();
  }
}
