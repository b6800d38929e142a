import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ContainerCreateOptions } from "dockerode";
import { envFileInContainer } from "../../../config/container-paths";
import type { Claim } from "./claim";

/** Where a claim's folders are mounted. */
export const folders = {
  workspace: "/workspace",
  neo4j: "/data/neo4j",
  redis: "/data/redis",
  home: "/home/kalisi",
} as const;

/** What Kubernetes tells every container, and what it tells those beside a Service of the same name. */
const services = [
  "KUBERNETES_SERVICE_HOST=10.96.0.1",
  "KALISI_PORT=tcp://10.96.0.7:8443",
  "KALISI_SERVICE_HOST=10.96.0.7",
];

/** How Kubernetes would run the container: what an Engine gives it by itself, and Kubernetes does not. */
export class Pod {
  /** A Secret's files are in memory. */
  private readonly secrets = mkdtempSync(
    join(existsSync("/dev/shm") ? "/dev/shm" : tmpdir(), "kalisi-secret-"),
  );

  constructor(private readonly claim: Claim) {}

  /** Makes the claim's folders, empty and root's. */
  async prepare(mode: "0755" | "0777"): Promise<void> {
    const names = Object.keys(folders).join(" ");
    await this.claim.sh(
      `mkdir -m ${mode} ${names}
      printf '%s\\n' '127.0.0.1 localhost' '::1 localhost ip6-localhost' '10.0.0.7 kalisi-0' > hosts`,
    );
  }

  /** Changes what an Engine is asked for. `env` is the text of runtime/.env, and `mode` the file's. */
  adjust(options: ContainerCreateOptions, env: string, mode: 0o400 | 0o444): void {
    const secret = join(this.secrets, mode.toString(8));
    rmSync(secret, { force: true });
    writeFileSync(secret, env, { mode });
    for (const mount of options.HostConfig?.Mounts ?? []) {
      if (mount.Target === envFileInContainer) mount.Source = secret;
    }
    options.Hostname = "kalisi-0";
    options.Env = [...(options.Env ?? []), ...services];
    this.claim.mount(options, folders);
    this.claim.show(options, "hosts", "/etc/hosts");
    Object.assign(options.HostConfig ?? {}, {
      Ulimits: [{ Name: "core", Soft: -1, Hard: -1 }],
      Dns: ["10.96.0.10"],
      DnsSearch: ["default.svc.cluster.local", "svc.cluster.local", "cluster.local"],
      DnsOptions: ["ndots:5"],
    });
  }

  /** Adds a folder of the claim that is published there, as a ConfigMap is. */
  configure(options: ContainerCreateOptions, folder: string, target: string): void {
    this.claim.show(options, folder, target);
  }

  remove(): void {
    rmSync(this.secrets, { recursive: true });
  }
}
