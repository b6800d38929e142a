import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import { dirname, join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { ConfigError } from "../../config/errors";
import { environmentVariables } from "../../config/settings/sources";
import { loadConfig, type LoadedConfig } from "../../config/load";
import { recordResources } from "./recorder";

export const goodEnv = [
  "JWT_SECRET=canary",
  "REDIS_URL=redis://localhost:6379",
  "ENVIRONMENT=production",
  "NEO4J_URI=bolt://localhost:7687",
  "NEO4J_USERNAME=neo4j",
  "NEO4J_PASSWORD=canary-long-enough",
  "NEO4J_DATABASE=neo4j",
  "MFA_REQUIRED=true",
  "MFA_ISSUER=Kalisi",
  "ENABLE_HTTPS=true",
  "HTTPS_PORT=8443",
].join("\n");

export const goodKey =
  "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ1Oz/YP1oTLg1rZ8rLh7lU5vjdZzvH4yFIX9o6GmJ5Z me";

/** What is given to a stack. */
export interface Given {
  /** The stack's configuration: a text as it is, anything else as Pulumi hands it over. */
  readonly config?: Readonly<Record<string, unknown>>;
  readonly env?: Readonly<Record<string, string>>;
  /** Files to write first, relative to the project; undefined makes a folder. */
  readonly files?: Readonly<Record<string, string | Buffer | undefined>>;
}

const table = "docker/rootfs/etc/kalisi/services.table";

/** A small project in a directory of its own, whose settings are all right. */
export class Project {
  readonly root = mkdtempSync(join(os.tmpdir(), "kalisi project's "));
  readonly warn = jest.spyOn(pulumi.log, "warn").mockResolvedValue();

  constructor() {
    jest.spyOn(os, "homedir").mockReturnValue(join(this.root, "home"));
    this.write("home/.ssh/id_ed25519.pub", `${goodKey}\n`);
    this.write("docker/Dockerfile", "ARG NODE_MAJOR=20\n");
    this.write(table, readFileSync(join(__dirname, "..", "..", table), "utf8"));
    this.write("docker/Dockerfile.dockerignore", "**\n!source\n**/.env\n");
    this.write("source/Cargo.toml", "");
    this.write("source/.env", goodEnv);
    this.write("config/neo4j/neo4j.conf", "server.directories.data=/data/neo4j/data\n");
    // An empty repository, without a git for each of them.
    this.write(".git/HEAD", "ref: refs/heads/main\n");
    this.write(".git/objects", undefined);
    this.write(".git/refs", undefined);
  }

  write(path: string, content: string | Buffer | undefined): void {
    const target = join(this.root, path);
    mkdirSync(content === undefined ? target : dirname(target), { recursive: true });
    if (content !== undefined) {
      writeFileSync(target, content, { mode: 0o600 });
    }
  }

  load({ config = {}, env = {}, files = {} }: Given): LoadedConfig {
    for (const [path, content] of Object.entries(files)) {
      this.write(path, content);
    }
    for (const { name } of environmentVariables) {
      // eslint-disable-next-line @typescript-eslint/no-dynamic-delete -- the names are the program's own
      delete process.env[name];
    }
    Object.assign(process.env, env);
    pulumi.runtime.setAllConfig(
      Object.fromEntries(
        Object.entries(config).map(([key, value]) => [
          key.includes(":") ? key : `kalisi:${key}`,
          typeof value === "string" ? value : JSON.stringify(value),
        ]),
      ),
    );
    return loadConfig(this.root);
  }

  /** What is wrong with the given, as its user reads it. */
  refusal(given: Given): ConfigError {
    try {
      this.load(given);
    } catch (error) {
      if (error instanceof ConfigError) {
        return error;
      }
      throw error;
    }
    throw new Error("it was accepted");
  }

  remove(): void {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** Runs each case in a project of its own. */
export function useProject(): () => Project {
  let project: Project;
  // For the stack's name, dev.
  beforeAll(() => recordResources(false));
  beforeEach(() => {
    project = new Project();
  });
  afterEach(() => {
    project.remove();
    jest.restoreAllMocks();
  });
  return () => project;
}

/** The settings and what is wrong with each, a line apiece; the project's own path as ROOT. */
export function toldBy(error: ConfigError, { root }: Project): readonly string[] {
  return error.problems.map(({ setting, problem }) =>
    `${setting}: ${problem}`.replaceAll(root, "ROOT"),
  );
}
