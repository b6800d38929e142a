import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { reasonOf, Refusal } from "../errors";
import { shellWord } from "../quote";

/** Where in which cluster a stack is. */
export interface ClusterPlace {
  /** kubectl's context. */
  readonly context: string;
  readonly namespace: string;
}

/** Why kubectl has failed. */
export class KubectlError extends Refusal {
  constructor(
    { context }: ClusterPlace,
    /** In its own words. */
    readonly said: string,
    /** Whether there is no kubectl on this machine. */
    readonly isMissing = false,
    /** What it had printed by then. */
    readonly output = "",
  ) {
    super(
      isMissing ? "KALISI-KUBERNETES-KUBECTL" : "KALISI-KUBERNETES-UNREACHABLE",
      `kubectl --context ${context}: ${said}`,
    );
  }

  /** Whether the cluster has answered that there is no such thing. */
  get isNotFound(): boolean {
    return /\(NotFound\)|not found$/.test(this.said);
  }

  /** Whether the cluster has answered that this user may not. */
  get isForbidden(): boolean {
    return this.said.includes("(Forbidden)");
  }

  /** How a program in the pod has ended; undefined where it was kubectl that failed. */
  get programCode(): number | undefined {
    const [, code] = /^command terminated with exit code (\d+)$/.exec(this.said) ?? [];
    return code === undefined ? undefined : Number(code);
  }
}

/** Of a request: a cluster that swallows what it is sent is told of within this time. */
export const requestSeconds = 20;

interface KubectlOptions {
  /** For its standard input: what must not be seen among its arguments. */
  readonly input?: string;
  /** How long the cluster may take to answer. @default 20 */
  readonly patienceSeconds?: number;
}

/**
 * Runs the user's own kubectl, which knows how the user logs in to the cluster.
 *
 * @returns its output
 * @throws KubectlError
 */
export async function kubectl(
  place: ClusterPlace,
  words: readonly string[],
  { input, patienceSeconds = requestSeconds }: KubectlOptions = {},
): Promise<string> {
  const child = startKubectl(place, [`--request-timeout=${patienceSeconds}s`, ...words]);
  child.stdin?.on("error", () => undefined).end(input);
  return (await endOf(place, child)).output;
}

/** {@link kubectl} for an object of the cluster, or a list of them. */
export async function readObject<T>(place: ClusterPlace, words: readonly string[]): Promise<T> {
  return JSON.parse(await kubectl(place, [...words, "--output=json"])) as T;
}

/** {@link readObject}; undefined where there is none. */
export async function readIfThere<T>(
  place: ClusterPlace,
  words: readonly string[],
): Promise<T | undefined> {
  try {
    return await readObject<T>(place, words);
  } catch (error) {
    if (error instanceof KubectlError && error.isNotFound) return undefined;
    throw error;
  }
}

/**
 * {@link readIfThere}; undefined as well where this user may not know.
 *
 * @param name unset: all of that kind
 */
export async function findObject<T>(
  place: ClusterPlace,
  kind: string,
  name?: string,
): Promise<T | undefined> {
  try {
    return await readIfThere<T>(place, ["get", kind, ...(name === undefined ? [] : [name])]);
  } catch (error) {
    if (error instanceof KubectlError && error.isForbidden) return undefined;
    throw error;
  }
}

/** What a user types to have kubectl do something where a stack is. @example `get all,pvc` */
export function kubectlLine({ context, namespace }: ClusterPlace, words: string): string {
  return `kubectl --context ${shellWord(context)} --namespace ${namespace} ${words}`;
}

/**
 * Follows objects of the namespace: https://kubernetes.io/docs/reference/using-api/api-concepts/#efficient-detection-of-changes
 *
 * @param api the group that they are of. @example "apis/apps/v1"
 * @param list of which of them, with its query. @example "pods?labelSelector=a=b"
 * @param seen gets each object as it is first, and each time that it changes; ends this by its signal
 * @throws KubectlError where the cluster refuses, or the connection is lost
 */
// eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters -- as what `seen` gets is to be read
export async function watchObjects<T>(
  place: ClusterPlace,
  [api, list]: readonly [api: string, list: string],
  signal: AbortSignal,
  seen: (object: T) => void,
): Promise<void> {
  const separator = list.includes("?") ? "&" : "?";
  const url = `/${api}/namespaces/${place.namespace}/${list}${separator}watch=true`;
  const child = startKubectl(place, ["get", `--raw=${url}`]);
  const stop = () => child.kill();
  signal.addEventListener("abort", stop);
  try {
    child.stdin?.end();
    createInterface({ input: child.stdout ?? Readable.from([]) }).on("line", (line) => {
      if (!signal.aborted) seen((JSON.parse(line) as { readonly object: T }).object);
    });
    await endOf(place, child);
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    signal.removeEventListener("abort", stop);
  }
}

/** Starts the user's own kubectl, for what goes on until it is ended. */
export function startKubectl(
  { context, namespace }: ClusterPlace,
  words: readonly string[],
  stdio: StdioOptions = ["pipe", "pipe", "pipe"],
): ChildProcess {
  return spawn("kubectl", [`--context=${context}`, `--namespace=${namespace}`, ...words], {
    stdio,
    env: process.env,
  });
}

/**
 * Waits for kubectl's end.
 *
 * @param read reads its output, and returns what is kept of it
 * @throws KubectlError where it has failed
 */
export async function endOf(
  place: ClusterPlace,
  child: ChildProcess,
  read: (output: Readable) => Promise<string> = text,
): Promise<{ readonly output: string }> {
  const { stdout, stderr } = child;
  const ended = Promise.all([
    once(child, "close"),
    read(stdout ?? Readable.from([])),
    text(stderr ?? Readable.from([])),
  ]);
  const [closed, output, said] = await ended.catch((error: unknown) => {
    const isMissing = (error as NodeJS.ErrnoException).code === "ENOENT";
    throw new KubectlError(
      place,
      isMissing ? "it is not installed" : `it cannot be run: ${reasonOf(error)}`,
      isMissing,
    );
  });
  if (closed[0] !== 0) {
    const why = lastLine(said) || "it was ended before it was done";
    throw new KubectlError(place, why, false, output);
  }
  return { output };
}

/** What kubectl says last, without its mark of an error. */
function lastLine(said: string): string {
  return (said.trim().split("\n").at(-1) ?? "").replace(/^error: /, "").trim();
}
