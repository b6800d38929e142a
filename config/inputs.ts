import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { checkBuildArgs, proxiesOf } from "./settings/build-args";
import { checkTarget, targetOf, type ClusterTarget } from "./cluster/target-check";
import { checkPorts, checkVolumeNames, portClaims } from "./cross-checks";
import { keyedDigest } from "./digest";
import { clientProxies } from "./engine/client-proxies";
import type { NamedEngine } from "./engine/endpoint";
import { ConfigError, type Problem } from "./errors";
import { resolvePath } from "./files/read";
import type { WantedPort } from "./engine/host-ports";
import { readKeys } from "./files/key-sources";
import {
  chooseNames,
  configuredVolumes,
  derivedPorts,
  imageName,
  publishProblems,
  type PhysicalNames,
} from "./names";
import {
  readCaFile,
  readEnvFile,
  readMachineCertificates,
  readNeo4jConf,
} from "./files/named-files";
import { memoryPlan } from "./files/neo4j/memory";
import { ownerOf, type Owner } from "./engine/stack-owner";
import { resolveSettings, type SettingsSources } from "./resolve-settings";
import { readHistory } from "./files/history";
import { ownershipProblems, readRevision, type BuiltFrom } from "./files/revision";
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
  /** Where it is in a cluster, if that is its target. */
  readonly cluster: ClusterTarget;
  /** Volumes that this run is to take. */
  readonly adopt: readonly string[];
  /** Whether the command that runs a preview asks the policies itself. */
  readonly planFirst: boolean;
  /** Where set-up has put Pulumi. */
  readonly pulumiBin: string | undefined;
  /** What builds in the container are given of the network: what the image's build has. */
  readonly buildNetwork: {
    readonly certificates: string | undefined;
    readonly mirrors: StackConfig["image"]["mirrors"];
    readonly proxies: Readonly<Record<string, string>>;
  };
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

/** What a stack's settings and the files that they name come to. */
export interface Inputs {
  /** Of use only where there is no problem. */
  readonly config: LoadedConfig;
  readonly problems: readonly Problem[];
  /** What the user should know though nothing is wrong, a line each. */
  readonly warnings: readonly string[];
}

/**
 * Reads a stack's settings and the files that they name. Whatever is wrong is found in one go.
 *
 * @param root the project's root
 * @param stack its name
 * @param found what was wrong with the sources themselves
 * @param asksHistory whether git is asked for its history, which takes seconds of a long one: the workspace's, and what
 * the image is built from
 */
export function readInputs(
  root: string,
  stack: string,
  sources: SettingsSources,
  {
    found = [],
    asksHistory = true,
  }: { readonly found?: readonly Problem[]; readonly asksHistory?: boolean } = {},
): Inputs {
  const { flags, profile } = sources;
  const settings = resolveSettings(sources);
  const { config, isWrong, label } = settings;
  const problems = [...found, ...settings.problems];
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
    config.envFile !== undefined,
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
  const history = asksHistory
    ? readHistory(root, appRoot, config, label, problems, warnings)
    : undefined;
  const dockerfile = readFileSync(join(root, "docker", "Dockerfile"), "utf8");
  problems.push(
    ...checkBuildArgs(config.image.buildArgs, dockerfile, label("image", "buildArgs")),
    ...publishProblems(config.image.publish, label("image", "publish", "name")),
    ...checkStopTime(root, config.timeouts.stopSeconds, label("timeouts", "stopSeconds")),
  );
  const target = checkTarget(stack, config, label);
  problems.push(...target.problems);
  warnings.push(...target.warnings);
  const keys =
    isWrong("ssh", "authorizedKeys") || isWrong("ssh", "keysFrom")
      ? undefined
      : readKeys(root, config.ssh, (key) => label("ssh", key));
  problems.push(...(keys?.problems ?? []));
  warnings.push(...(keys?.warnings ?? []));
  const revision = asksHistory ? readRevision(root, config.source.path) : undefined;
  // Asked only where git has answered nothing.
  if ((revision && history) === undefined)
    problems.push(...ownershipProblems(root, config.source.path));
  const names = chooseNames(stack, config.names);
  const derived = derivedPorts(stack);
  const sshPort = config.ssh.port ?? derived.ssh;
  const gatewayPort = config.gateway.port ?? derived.gateway;
  const onHost = portClaims(config.ports, "external", { ssh: sshPort, gateway: gatewayPort });
  problems.push(...checkPorts(config, onHost, label), ...checkVolumeNames(names.volumes, label));
  const dockerHost =
    isWrong("dockerHost") || config.target === "kubernetes"
      ? nowhere
      : collect(problems, settings.engine, nowhere);
  // Of no Engine there are none, and what cannot be read of the Docker client's is told already.
  const proxies =
    dockerHost === nowhere
      ? {}
      : collect(
          problems,
          () => clientProxies(dockerHost.uri, sources.environment, homedir(), warnings),
          {},
        );
  const buildArgs = { ...proxies, ...config.image.buildArgs };
  const read: LoadedConfig = {
    ...config,
    owner: ownerOf(stack, profile.digestKey),
    configuredVolumes: configuredVolumes(stack, config.names),
    cluster: targetOf(stack, config),
    adopt: settings.adopt,
    planFirst: flags.planFirst === true,
    pulumiBin: profile.pulumi?.bin,
    hostPorts: onHost.map(({ path, value }) => ({ setting: label(...path), port: value })),
    names,
    dockerHost,
    source: {
      ...config.source,
      appRoot: appRoot ?? "",
      history,
      revision,
    },
    image: {
      ...config.image,
      buildArgs,
      name: config.image.name ?? imageName(stack),
      caCertificates,
    },
    buildNetwork: {
      certificates: caCertificates ?? readMachineCertificates(root),
      mirrors: config.image.mirrors,
      proxies: proxiesOf(buildArgs),
    },
    ssh: { ...config.ssh, port: sshPort, keys: keys?.keys ?? [] },
    gateway: { port: gatewayPort },
    envFile: {
      path: envFile.path,
      digest: keyedDigest(profile.digestKey, envFile.content),
    },
    neo4j: { ...config.neo4j, conf: neo4jConf },
  };
  return { config: read, problems, warnings };
}

const nowhere: NamedEngine = { uri: "", origin: "", isFound: false };

/** What `read` returns; where it finds problems, `otherwise`, so that the rest can be checked. */
export function collect<T>(problems: Problem[], read: () => T, otherwise: T): T {
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
