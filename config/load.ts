import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { checkBuildArgs } from "./settings/build-args";
import { checkPorts, checkVolumeNames, portClaims } from "./cross-checks";
import { keyedDigest } from "./digest";
import { chooseEngine, type NamedEngine } from "./engine/endpoint";
import { checkEnvironment, namedVolumes } from "./settings/misspelt-variables";
import { ConfigError, throwIfAny, type Problem } from "./errors";
import { resolvePath } from "./files/read";
import type { WantedPort } from "./engine/host-ports";
import { readKeys } from "./files/key-sources";
import { environmentLayer, labelOf, machineLayer, stackLayer } from "./settings/layers";
import { readMachineProfile, type MachineProfile } from "./machine-profile";
import {
  chooseNames,
  configuredVolumes,
  derivedPorts,
  imageName,
  publishProblems,
  type PhysicalNames,
} from "./names";
import { readCaFile, readEnvFile, readNeo4jConf } from "./files/named-files";
import { memoryPlan } from "./files/neo4j/memory";
import { ownerOf, type Owner } from "./engine/stack-owner";
import { parseLayers, readRawConfig } from "./settings/parse";
import { readRevision, type BuiltFrom } from "./files/revision";
import type { StackConfig } from "./settings/schema";
import { findAppRoot, findEnvFile, missingSource } from "./files/source-tree";
import type { Mebibytes, Port } from "./settings/units";
import type { AuthorizedKey } from "./files/ssh-keys";

/** Everything the stack is declared from, checked, with every file read. */
export interface LoadedConfig {
  readonly owner: Owner;
  readonly names: PhysicalNames;
  /** Volumes that the configuration names, other than by what derives from the stack's name. */
  readonly configuredVolumes: readonly string[];
  /** Volumes that this run has been told to take. */
  readonly adopt: readonly string[];
  readonly dockerHost: NamedEngine;
  /** Where set-up has put Pulumi. */
  readonly pulumiBin: string | undefined;
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
  readonly neo4j: {
    readonly conf: { readonly path: string; readonly content: string };
    readonly heap: Mebibytes | undefined;
    readonly pageCache: Mebibytes | undefined;
  };
  readonly redisMemory: Mebibytes | undefined;
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
  const problems: Problem[] = [];
  const profile = collect<MachineProfile>(problems, () => readMachineProfile(root), {
    digestKey: "",
  });
  const raw = readRawConfig(pulumi.runtime.allConfig());
  const environment = environmentLayer(process.env);
  const stack = stackLayer(raw.values);
  const layers = [machineLayer(profile), environment, stack] as const;
  const { config, isWrong, ...parsed } = parseLayers(layers);
  const label = (...path: readonly string[]) => labelOf(layers, path);
  problems.push(...raw.problems, ...parsed.problems);
  const warnings = [...checkEnvironment(process.env, environment, stack)];

  const appRoot = findAppRoot(root, config.source.path);
  if (appRoot === undefined && !isWrong("source", "path")) {
    problems.push(missingSource(root, config.source.path, label("source", "path")));
  }
  const envFile = readEnvFile(
    root,
    config.envFile === undefined
      ? findEnvFile(root, config.source.path, appRoot)
      : resolvePath(root, config.envFile),
    label("envFile"),
    // Without a source tree nobody knows where the file should be.
    isWrong("envFile") || (config.envFile === undefined && appRoot === undefined) ? [] : problems,
    warnings,
  );
  const neo4jConf = readNeo4jConf(
    root,
    config.neo4j.conf,
    label("neo4j", "conf"),
    memoryPlan(config, label),
    problems,
  );
  const caCertificates = readCaFile(
    root,
    config.image.caCertificates,
    label("image", "caCertificates"),
    problems,
  );
  const dockerfile = readFileSync(join(root, "docker", "Dockerfile"), "utf8");
  problems.push(
    ...checkBuildArgs(config.image.buildArgs, dockerfile, label("image", "buildArgs")),
    ...publishProblems(config.image.publish, label("image", "publish", "name")),
  );
  const keys =
    isWrong("ssh", "authorizedKeys") || isWrong("ssh", "keysFrom")
      ? undefined
      : readKeys(root, config.ssh, (key) => label("ssh", key));
  problems.push(...(keys?.problems ?? []));
  warnings.push(...(keys?.warnings ?? []));
  const names = chooseNames(pulumi.getStack(), config.names);
  const derived = derivedPorts(pulumi.getStack());
  const sshPort = config.ssh.port ?? derived.ssh;
  const gatewayPort = config.gateway.port ?? derived.gateway;
  const onHost = portClaims(config.ports, "external", { ssh: sshPort, gateway: gatewayPort });
  problems.push(...checkPorts(config, onHost, label), ...checkVolumeNames(names.volumes, label));
  const dockerHost = collect(
    problems,
    () => chooseEngine(config.dockerHost, label("dockerHost"), process.env, homedir()),
    nowhere,
  );
  throwIfAny(problems);
  for (const warning of warnings) {
    void pulumi.log.warn(warning);
  }

  return {
    owner: ownerOf(pulumi.getStack(), profile.digestKey),
    names,
    configuredVolumes: configuredVolumes(pulumi.getStack(), config.names),
    adopt: namedVolumes(process.env),
    dockerHost,
    pulumiBin: profile.pulumi?.bin,
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
    hostPorts: onHost.map(({ path, value }) => ({ setting: label(...path), port: value })),
    authorizedKeys: keys?.keys ?? [],
    envFile: {
      path: envFile.path,
      digest: keyedDigest(profile.digestKey, envFile.content),
    },
    neo4j: { conf: neo4jConf, heap: config.neo4j.heap, pageCache: config.neo4j.pageCache },
    redisMemory: config.redis.memory,
    timeouts: config.timeouts,
  };
}

const nowhere: NamedEngine = { uri: "", origin: "", isFound: false };

/** What `read` returns; where it finds problems, `otherwise`, so that the rest can be checked. */
function collect<T>(problems: Problem[], read: () => T, otherwise: T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ConfigError)) {
      throw error;
    }
    problems.push(...error.problems);
    return otherwise;
  }
}
