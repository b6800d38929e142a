import { createServer, type Server } from "node:net";
import type Docker from "dockerode";
import { physicalNames } from "../../config/names";
import type { NetworkFacts } from "../../config/engine/network-check";
import { preflight, type Wanted } from "../../config/engine/preflight";
import { cloneLabel, stackLabel } from "../../config/engine/stack-owner";
import type { VolumeFacts } from "../../config/engine/volume-owner";
import { listen } from "./listen";

export const host = { uri: "unix:///var/run/docker.sock", origin: "the default socket" };
const owner = { stack: "dev", clone: "c1" };
export const ownLabels = { [stackLabel]: "dev", [cloneLabel]: "c1" };

export interface Running {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly port?: number;
  readonly ip?: string;
  readonly volume?: string;
  readonly state?: string;
  /** What the Engine calls its health; unset: it has no check. */
  readonly health?: string;
}

interface EngineOptions {
  readonly containers?: readonly Running[];
  /** Names; or whole volumes. */
  readonly volumes?: readonly (string | VolumeFacts)[];
  readonly networks?: readonly NetworkFacts[];
  readonly images?: readonly string[];
  /** What it says of its kind, beside what an Engine of Docker's on Linux says. */
  readonly info?: object;
  readonly components?: readonly string[];
}

/** An Engine with these on it. The real one is asked in test/e2e. */
export function engine({
  containers = [],
  volumes = [],
  networks = [],
  images = [],
  info = {},
  components = ["Engine", "containerd", "runc"],
}: EngineOptions): Docker {
  return {
    listContainers: () =>
      Promise.resolve(
        containers.map(({ name, labels = {}, port, ip = "127.0.0.1", volume, state }) => ({
          Id: name,
          Names: [`/${name}`],
          Labels: labels,
          State: state ?? "running",
          Ports: port === undefined ? [] : [{ PublicPort: port, IP: ip }],
          Mounts: volume === undefined ? [{ Type: "bind" }] : [{ Type: "volume", Name: volume }],
        })),
      ),
    listVolumes: () =>
      Promise.resolve({
        Volumes: volumes
          .map((volume) => (typeof volume === "string" ? { name: volume, labels: {} } : volume))
          .map(({ name, labels }) => ({ Name: name, Labels: labels })),
      }),
    listNetworks: () =>
      Promise.resolve(
        networks.map(({ id, name, labels, subnets }) => ({
          Id: id,
          Name: name,
          Labels: labels,
          IPAM: { Config: subnets.map((Subnet) => ({ Subnet })) },
        })),
      ),
    getContainer: (id: string) => ({
      inspect: () => {
        const { state = "running", health } = containers.find(({ name }) => name === id) ?? {};
        const State = {
          Running: state === "running" || state === "paused",
          Paused: state === "paused",
          Restarting: state === "restarting",
          ...(health === undefined ? {} : { Health: { Status: health } }),
        };
        return Promise.resolve({ State });
      },
    }),
    getImage: (name: string) => ({
      inspect: () =>
        images.includes(name)
          ? Promise.resolve({})
          : Promise.reject(Object.assign(new Error(), { statusCode: 404 })),
    }),
    info: () =>
      Promise.resolve({
        NCPU: 2,
        ID: "e1",
        DockerRootDir: "/d",
        ServerVersion: "20.10.24",
        OSType: "linux",
        Architecture: "aarch64",
        ...info,
      }),
    version: () => Promise.resolve({ Components: components.map((Name) => ({ Name })) }),
  } as unknown as Docker;
}

export const plain: Wanted = {
  owner,
  names: physicalNames("dev"),
  ports: [],
  mounted: [],
  imageName: "kalisi/all-in-one:latest",
  ledger: [],
  adopt: [],
  configuredVolumes: [],
  update: true,
  readState: () => Promise.resolve({ ids: [], volumes: [] }),
};

/** What is found on an Engine with these on it. */
export function check(options: EngineOptions, wanted: Partial<Wanted> = {}, at = host) {
  return preflight(engine(options), at, { ...plain, ...wanted });
}

/** Gives a test file a way to have somebody listen on a port, one a test. */
export function useTakenPort(): () => Promise<number> {
  let server: Server | undefined;

  // Whatever a test ends with: a server left open would keep jest from ending.
  afterEach(() => {
    server?.close();
    server = undefined;
  });

  return () => {
    server = createServer();
    return listen(server);
  };
}
