import { chmodSync, existsSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { ClusterStack } from "../../cli/open-stack";
import { useFolder, writeText } from "./files";

/** A kubectl of a test's own, first on PATH while its tests run. */
export interface FakeKubectl {
  /** Where its script may keep files: `$HERE`. */
  readonly folder: string;
  /** The words of each run so far, in their order. */
  readonly runs: () => readonly string[];
  /**
   * Says what it does from now on, and forgets the runs.
   *
   * @param cases of a shell's `case`, which gets all words in one. @example `*" get pod "*) echo '{}' ;;`
   */
  readonly does: (cases: string) => void;
}

export function useFakeKubectl(): FakeKubectl {
  const folder = useFolder();
  const path = process.env["PATH"] ?? "";
  const record = join(folder, "runs");
  beforeAll(() => {
    process.env["PATH"] = `${folder}${delimiter}${path}`;
  });
  afterAll(() => {
    process.env["PATH"] = path;
  });
  return {
    folder,
    runs: () =>
      existsSync(record) ? readFileSync(record, "utf8").split("\n").filter(Boolean) : [],
    does: (cases) => {
      writeText(record, "");
      const script = join(folder, "kubectl");
      writeText(
        script,
        `#!/bin/sh\nHERE='${folder}'\necho "$*" >>"$HERE/runs"\ncase " $* " in\n${cases}\n*) echo "error: what is $*?" >&2; exit 1 ;;\nesac\n`,
      );
      chmodSync(script, 0o755);
    },
  };
}

/** The cases of a cluster that lacks nothing, and has only what the cases before these say. */
export const emptyCluster = [
  `*" get --raw=/version "*) echo '{}' ;;`,
  `*" create --filename=- "*) grep -o SelfSubjectAccessReview | sed s/.*/true/ ;;`,
  `*" get storageclass "*) echo '{"items": [{"metadata": {"name": "fast", "annotations": {"storageclass.kubernetes.io/is-default-class": "true"}}}]}' ;;`,
  `*" get "*) echo 'Error from server (NotFound): it is not found' >&2; exit 1 ;;`,
] as const;

/** A stack in a cluster, as far as what runs in its pod needs it. */
export const clusterStack = {
  cluster: { context: "far", namespace: "kalisi-x" },
  stack: { name: "x" },
  settings: { config: { ssh: {}, gateway: { port: 9443 }, ports: [{ internal: 5, external: 6 }] } },
} as unknown as ClusterStack;

/** The case of a pod whose container runs, or does not. */
export function podCase({ isRunning = true, restartCount = 0 } = {}): string {
  const state = isRunning ? { running: { startedAt: "2026-01-01T00:00:00Z" } } : { waiting: {} };
  const status = { phase: isRunning ? "Running" : "Pending", containerStatuses: [] };
  const pod = {
    metadata: { name: "kalisi-0" },
    spec: {},
    status: { ...status, containerStatuses: [{ restartCount, state }] },
  };
  return `*" get pod kalisi-0 "*) echo '${JSON.stringify(pod)}' ;;`;
}

export const noPodCase = `*" get pod "*) echo 'Error from server (NotFound): pods "kalisi-0" not found' >&2; exit 1 ;;`;
