import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type Docker from "dockerode";
import { throwIfAny, type Problem } from "../errors";
import { quoted } from "../quote";
import { isLocal, type DockerHost } from "./endpoint";
import type { IdentityInfo } from "./volume-owner";

/** What an Engine says of its kind: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/System */
export interface EngineKind extends IdentityInfo {
  readonly NCPU?: number;
  readonly SecurityOptions?: readonly string[] | null;
  readonly MemoryLimit?: boolean;
  readonly CpuCfsQuota?: boolean;
  readonly PidsLimit?: boolean;
  /** The programs that it consists of. */
  readonly components: readonly string[];
}

/** What a stack wants of it. */
interface WantedOfKind {
  /** The host's files that are mounted into the container. */
  readonly mounted: readonly string[];
  readonly cpus?: number | undefined;
  readonly memory?: object | undefined;
}

export async function askKind(docker: Docker): Promise<EngineKind> {
  const [info, { Components = [] }] = (await Promise.all([docker.info(), docker.version()])) as [
    Omit<EngineKind, "components">,
    { readonly Components?: readonly { readonly Name?: string }[] | null },
  ];
  return { ...info, components: (Components ?? []).flatMap(({ Name }) => Name ?? []) };
}

const has = ({ SecurityOptions }: EngineKind, option: string) =>
  (SecurityOptions ?? []).some((each) => each === option || each.startsWith(`${option},`));

/** Why a stack can be on no Engine of this kind; mostly nothing. */
export function kindProblems({ uri, origin }: DockerHost, kind: EngineKind): readonly Problem[] {
  const of = (problem: string, fix: string): readonly Problem[] => [
    {
      code: "KALISI-ENGINE-KIND",
      setting: `Docker Engine (from ${origin})`,
      value: uri,
      problem,
      fix,
    },
  ];
  if (kind.components.includes("Podman Engine")) {
    return of(
      "is Podman, which does not build images in the way that Pulumi's Docker provider asks for (BuildKit)",
      "name the socket of a Docker Engine: export DOCKER_HOST=unix:///var/run/docker.sock",
    );
  }
  if (kind.OSType !== undefined && kind.OSType !== "linux") {
    return of(
      `runs containers of ${kind.OSType}, and the image is of Linux`,
      "switch it to Linux containers",
    );
  }
  if (has(kind, "name=userns")) {
    return of(
      "maps the container's root to another user of this machine, who cannot read .env",
      "take userns-remap out of its daemon.json and start it again, or name another Engine",
    );
  }
  return [];
}

/** @throws ConfigError where a stack can be on no Engine of this kind */
export async function refuseKind(docker: Docker, host: DockerHost): Promise<void> {
  throwIfAny(kindProblems(host, await askKind(docker)));
}

/** What a stack asks for and the Engine cannot limit: it goes on without. */
export function limitWarnings(kind: EngineKind, { cpus, memory }: WantedOfKind): readonly string[] {
  const why = has(kind, "name=rootless")
    ? ", as it runs without root and has no cgroup of its own (https://docs.docker.com/engine/security/rootless/tips/#limiting-resources)"
    : "";
  const without = (name: string) => `${name} has no effect: the Engine cannot limit that${why}`;
  return [
    ...(memory !== undefined && kind.MemoryLimit === false
      ? [without("kalisi:resources.memory")]
      : []),
    ...(cpus !== undefined && kind.CpuCfsQuota === false ? [without("kalisi:resources.cpus")] : []),
  ];
}

/** What a container may read where SELinux confines it; the last are for older systems. */
const readableTypes = /:(?:container_(?:file|ro_file|share)|svirt_sandbox_file)_t(?::|$)/;

/**
 * The mounted files that SELinux keeps from a container. Docker could label them anew, and would leave them so.
 *
 * @param labelOf a file's label; empty where it has none
 */
export async function labelProblems(
  { uri }: DockerHost,
  kind: EngineKind,
  { mounted }: WantedOfKind,
  labelOf = selinuxLabel,
): Promise<readonly Problem[]> {
  if (!isLocal(uri) || !has(kind, "name=selinux")) return [];
  const labels = await Promise.all(mounted.map(labelOf));
  return mounted.flatMap((path, index) => {
    const label = labels[index] ?? "";
    return label === "" || readableTypes.test(label)
      ? []
      : [
          {
            code: "KALISI-ENGINE-LABEL",
            setting: "mounted file",
            value: path,
            problem: `has the SELinux label ${label}, with which a container cannot read it`,
            fix: `chcon -t container_file_t ${quoted(path)}`,
          },
        ];
  });
}

async function selinuxLabel(path: string): Promise<string> {
  try {
    const { stdout } = await promisify(execFile)("stat", ["--format=%C", path]);
    return stdout.trim().replace(/^\?$/, "");
  } catch {
    return "";
  }
}
