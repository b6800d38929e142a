import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { checkBuildArgs } from "./settings/build-args";
import { checkPorts, checkVolumeNames, portClaims } from "./cross-checks";
import { keyedDigest } from "./digest";
import type { NamedEngine } from "./engine/endpoint";
import { ConfigError, throwIfAny, type Problem } from "./errors";
import { resolvePath } from "./files/read";
import type { WantedPort } from "./engine/host-ports";
import { readKeys } from "./files/key-sources";
import { readFlags, type Flags } from "./settings/flags";
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
import { resolveSettings } from "./resolve-settings";
import { readHistory } from "./files/history";
import { readRevision, type BuiltFrom } from "./files/revision";
import { checkStopTime } from "./files/stop-times";
import type { StackConfig } from "./settings/schema";
import { findAppRoot, findEnvFile, missingSource } from "./files/source-tree";
import type { Port } from "./settings/units";
import type { AuthorizedKey } from "./files/ssh-keys";

/** Everything the stack is declared from: the schema's own shape, checked, with every file read. */
export interface LoadedConfig extends Omit<StackConfig, keyof Read>, Read {
  readonly owner: Owner;
  /** Volumes that the configuration names, other than by what derives from the stack's name. */
  readonly configuredVolumes: readonly string[];
  /** Volumes that this run is to take. */
  readonly adopt: readonly string[];
  /** Whether the command that runs a preview asks the policies itself. */
  readonly planFirst: boolean;
  /** Where set-up has put Pulumi. */
  readonly pulumiBin: string | undefined;
  /** Every port on 127.0.0.1, with the setting that chose it. */
  readonly hostPorts: readonly WantedPort[];
}

/** The keys of the schema that name a file, or that are derived where they are unset. */
interface Read {
  readonly dockerHost: NamedEngine;
  /** `digest` is keyed with this machine's key: the content is secret. */
  readonly envFile: { readonly path: string; readonly digest: string };
  readonly gateway: { readonly port: Port };
  readonly image: Omit<StackConfig["image"], "caCertificates" | "name"> & {
    readonly name: string;
    /** PEM. Unset: what set-up found on this machine. */
    readonly caCertificates: string | undefined;
  };
  readonly names: PhysicalNames;
  readonly neo4j: Omit<StackConfig["neo4j"], "conf"> & {
    readonly conf: { readonly path: string; readonly content: string };
  };
  readonly source: StackConfig["source"] & {
    /** The source tree's app root, relative to the project's root. */
    readonly appRoot: string;
    /** What the workspace's git history is made from, where it gets one. */
    readonly history: string | undefined;
    /** What the image is built from, where git knows it. */
    readonly revision: BuiltFrom | undefined;
  };
  readonly ssh: Omit<StackConfig["ssh"], "authorizedKeys" | "keysFrom" | "port"> & {
    readonly port: Port;
    readonly keys: readonly AuthorizedKey[];
  };
}

/**
 * Reads the stack's settings and the files that they name. The only place where the program does.
 *
 * @param root the project's root
 * @throws ConfigError with every problem that was found
 */
export function loadConfig(root: string): LoadedConfig {
  const problems: Problem[] = [];
  const profile = collect<MachineProfile>(problems, () => readMachineProfile(root), {
    digestKey: "",
  });
  const flags = collect<Flags>(problems, () => readFlags(process.env), {});
  const settings = resolveSettings({
    flags,
    stackConfig: pulumi.runtime.allConfig(),
    environment: process.env,
    profile,
  });
  const { config, isWrong, label } = settings;
  problems.push(...settings.problems);
  const warnings = [...settings.warnings];

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
    // Without a source tree it is unknown where the file should be.
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
  const history = readHistory(root, appRoot, config, label, problems, warnings);
  const dockerfile = readFileSync(join(root, "docker", "Dockerfile"), "utf8");
  problems.push(
    ...checkBuildArgs(config.image.buildArgs, dockerfile, label("image", "buildArgs")),
    ...publishProblems(config.image.publish, label("image", "publish", "name")),
    ...checkStopTime(root, config.timeouts.stopSeconds, label("timeouts", "stopSeconds")),
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
  const dockerHost = isWrong("dockerHost") ? nowhere : collect(problems, settings.engine, nowhere);
  throwIfAny(problems);
  for (const warning of warnings) {
    void pulumi.log.warn(warning);
  }

  return {
    ...config,
    owner: ownerOf(pulumi.getStack(), profile.digestKey),
    configuredVolumes: configuredVolumes(pulumi.getStack(), config.names),
    adopt: settings.adopt,
    planFirst: flags.planFirst === true && pulumi.runtime.isDryRun(),
    pulumiBin: profile.pulumi?.bin,
    hostPorts: onHost.map(({ path, value }) => ({ setting: label(...path), port: value })),
    names,
    dockerHost,
    source: {
      ...config.source,
      appRoot: appRoot ?? "",
      history,
      revision: readRevision(root, config.source.path),
    },
    image: {
      ...config.image,
      name: config.image.name ?? imageName(pulumi.getStack()),
      caCertificates,
    },
    ssh: { ...config.ssh, port: sshPort, keys: keys?.keys ?? [] },
    gateway: { port: gatewayPort },
    envFile: {
      path: envFile.path,
      digest: keyedDigest(profile.digestKey, envFile.content),
    },
    neo4j: { ...config.neo4j, conf: neo4jConf },
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
