import { existsSync, readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join, resolve } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { checkBuildArgs } from "./build-args";
import { readCertificates } from "./ca-certificates";
import { keyedDigest } from "./digest";
import { findDockerHost, type DockerHost } from "./docker-host";
import { checkEnvFile } from "./env-file";
import { ConfigError, reasonOf, throwIfAny, type Problem } from "./errors";
import { environmentLayer, labelOf, machineLayer, stackLayer, type Layer } from "./layers";
import { readMachineProfile } from "./machine";
import { portProblems, type WantedPort } from "./host-ports";
import {
  chooseNames,
  derivedPorts,
  imageName,
  publishProblems,
  volumeProblems,
  type PhysicalNames,
} from "./names";
import { checkNeo4jConf } from "./neo4j-conf";
import { ownerOf, type Owner } from "./owner";
import { parseLayers, readRawConfig } from "./parse";
import { readRevision, type BuiltFrom } from "./revision";
import type { StackConfig } from "./schema";
import { findAppRoot, findEnvFile, missingSource } from "./source-tree";
import type { Mebibytes, Port } from "./units";
import { parseAuthorizedKeys, type AuthorizedKey } from "./ssh-keys";

/** Everything the stack is declared from, checked, with every file read. */
export interface LoadedConfig {
  readonly owner: Owner;
  readonly names: PhysicalNames;
  readonly dockerHost: DockerHost;
  /** The source tree's app root, relative to the project's root. */
  readonly appRoot: string;
  /** Whether the workspace gets the source tree's git history. */
  readonly sourceGit: boolean;
  readonly image: Omit<StackConfig["image"], "caCertificates"> & {
    readonly name: string;
    /** PEM. Unset: what set-up found on this machine. */
    readonly caCertificates: string | undefined;
  };
  /** What the image is built from, where git knows it. */
  readonly revision: BuiltFrom | undefined;
  readonly autoStart: boolean;
  /** In MiB. Unset: no limit. */
  readonly memory: Mebibytes | undefined;
  readonly cpus: number | undefined;
  readonly sudo: boolean;
  readonly agentForwarding: boolean;
  readonly sshPort: Port;
  readonly gatewayPort: Port;
  readonly extraPorts: StackConfig["ports"];
  /** Every port on 127.0.0.1, with the setting that chose it. */
  readonly hostPorts: readonly WantedPort[];
  readonly authorizedKeys: readonly AuthorizedKey[];
  /** `digest` is keyed with this machine's key: the content is secret. */
  readonly envFile: { readonly path: string; readonly digest: string };
  readonly neo4jConf: { readonly path: string; readonly content: string };
  readonly timeouts: StackConfig["timeouts"];
}

/**
 * Reads the stack's configuration, the environment, the machine profile and the files that they name,
 * in that order of precedence. The only place that does.
 *
 * @param root the project's root
 * @throws ConfigError with every problem that was found
 */
export function loadConfig(root: string): LoadedConfig {
  const profile = readMachineProfile(root);
  const raw = readRawConfig(pulumi.runtime.allConfig());
  const layers = [
    machineLayer(profile),
    environmentLayer(process.env),
    stackLayer(raw.values),
  ] as const;
  const parsed = parseLayers(layers);
  if (parsed.config === undefined) {
    throw new ConfigError([...raw.problems, ...parsed.problems]);
  }
  throwIfAny(raw.problems);
  const { config } = parsed;
  const label = (...path: string[]) => labelOf(layers, path);
  const problems: Problem[] = [];

  const appRoot = findAppRoot(root, config.source.path);
  if (appRoot === undefined) {
    problems.push(missingSource(root, config.source.path, label("source", "path")));
  }
  const envFile = readEnvFile(
    config.envFile === undefined
      ? findEnvFile(root, config.source.path, appRoot)
      : resolve(root, config.envFile),
    label("envFile"),
    problems,
  );
  const neo4jConf = readNeo4jConf(root, config.neo4j.conf, label("neo4j", "conf"), problems);
  const keys = readKeys(config.ssh, layers, problems);
  const caCertificates = readCaCertificates(
    config.image.caCertificates,
    label("image", "caCertificates"),
    problems,
  );
  const dockerfile = readFileSync(join(root, "docker", "Dockerfile"), "utf8");
  problems.push(
    ...checkBuildArgs(config.image.buildArgs, dockerfile, label("image", "buildArgs")),
    ...publishProblems(config.image.publish, label("image", "publish", "name")),
  );
  const names = chooseNames(pulumi.getStack(), config.names);
  problems.push(...volumeProblems(names, label("names", "volumes")));
  const derived = derivedPorts(pulumi.getStack());
  const sshPort = config.ssh.port ?? derived.ssh;
  const gatewayPort = config.gateway.port ?? derived.gateway;
  const hostPorts: readonly WantedPort[] = [
    { setting: label("gateway", "port"), port: gatewayPort },
    { setting: label("ssh", "port"), port: sshPort },
    ...config.ports.map(({ external }, index) => ({
      setting: `${label("ports")}[${index}].external`,
      port: external,
    })),
  ];
  problems.push(...portProblems(hostPorts));
  throwIfAny(problems);

  return {
    owner: ownerOf(pulumi.getStack(), profile.digestKey),
    names,
    dockerHost:
      config.dockerHost === undefined
        ? findDockerHost(process.env, homedir())
        : { uri: config.dockerHost, origin: label("dockerHost") },
    appRoot: appRoot ?? "",
    sourceGit: config.source.git,
    image: {
      ...config.image,
      name: config.image.name ?? imageName(pulumi.getStack()),
      caCertificates,
    },
    revision: readRevision(root, config.source.path),
    autoStart: config.autoStart,
    memory: config.resources.memory,
    cpus: config.resources.cpus,
    sudo: config.sudo,
    agentForwarding: config.ssh.agentForwarding,
    sshPort,
    gatewayPort,
    extraPorts: config.ports,
    hostPorts,
    authorizedKeys: keys,
    envFile: {
      path: envFile.path,
      digest: keyedDigest(profile.digestKey, envFile.content),
    },
    neo4jConf,
    timeouts: config.timeouts,
  };
}

function readEnvFile(path: string, setting: string, problems: Problem[]) {
  const content = readText(path, setting, "make it with npm start, or copy .env.example", problems);
  if (content !== undefined) {
    problems.push(...checkEnvFile(content, path));
  }
  return { path, content: content ?? "" };
}

function readCaCertificates(
  file: string | undefined,
  setting: string,
  problems: Problem[],
): string | undefined {
  if (file === undefined) {
    return undefined;
  }
  const content = readText(expandHome(file), setting, "name a readable PEM file", problems);
  if (content === undefined) {
    return undefined;
  }
  const read = readCertificates(content, setting, file, new Date());
  problems.push(...read.problems);
  return read.pem;
}

function readNeo4jConf(root: string, file: string, setting: string, problems: Problem[]) {
  const path = resolve(root, file);
  const content = readText(path, setting, "name an existing file", problems) ?? "";
  problems.push(...checkNeo4jConf(content, file));
  return { path, content };
}

function readKeys(
  ssh: StackConfig["ssh"],
  layers: readonly Layer[],
  problems: Problem[],
): readonly AuthorizedKey[] {
  if (ssh.authorizedKeys !== undefined) {
    return collect(ssh.authorizedKeys, labelOf(layers, ["ssh", "authorizedKeys"]), problems);
  }
  const setting = labelOf(layers, ["ssh", "keysFrom"]);
  const file = ssh.keysFrom === undefined ? findDefaultKey() : expandHome(ssh.keysFrom);
  if (file === undefined) {
    void pulumi.log.warn(
      "No SSH key: nobody can log in. Make one with: ssh-keygen -t ed25519, or set kalisi:ssh.keysFrom",
    );
    return [];
  }
  const content = readText(file, setting, "name a readable file of public keys", problems);
  return content === undefined ? [] : collect(content, `${setting} (${file})`, problems);
}

function collect(content: string, setting: string, problems: Problem[]): readonly AuthorizedKey[] {
  const parsed = parseAuthorizedKeys(content, setting);
  problems.push(...parsed.problems);
  return parsed.keys;
}

function findDefaultKey(): string | undefined {
  return ["id_ed25519.pub", "id_rsa.pub"]
    .map((name) => join(homedir(), ".ssh", name))
    .find((path) => existsSync(path));
}

function expandHome(path: string): string {
  const expanded = path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
  return isAbsolute(expanded) ? expanded : resolve(expanded);
}

function readText(
  path: string,
  setting: string,
  fix: string,
  problems: Problem[],
): string | undefined {
  try {
    if (statSync(path).isDirectory()) {
      throw Object.assign(new Error(), { code: "EISDIR" });
    }
    return readFileSync(path, "utf8");
  } catch (error) {
    problems.push({ setting, value: path, problem: `cannot be read: ${reasonOf(error)}`, fix });
    return undefined;
  }
}
