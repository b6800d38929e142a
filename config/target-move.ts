import type { ClusterPlace } from "./cluster/kubectl";
import type { Deployed } from "./engine/deployed";
import type { Problem } from "./errors";
import { configPath } from "./settings/set-command";

const inWords = ({ context, namespace }: ClusterPlace) => `namespace ${namespace} of ${context}`;

/**
 * What is wrong with a stack that is up in one place, whose settings now name another kind of place, or another one of a
 * cluster. Between two Docker Engines, config/engine/engine-move.ts tells.
 *
 * @param wanted where the settings have it; undefined for a Docker Engine
 */
export function targetMoveProblems(
  stack: string,
  wanted: ClusterPlace | undefined,
  { container, cluster, host = "" }: Deployed,
): readonly Problem[] {
  const isSame = cluster?.context === wanted?.context && cluster?.namespace === wanted?.namespace;
  const former =
    cluster !== undefined && !isSame
      ? inWords(cluster)
      : container !== undefined && wanted !== undefined
        ? `the Docker Engine ${host}`
        : undefined;
  if (former === undefined) return [];
  return [
    {
      code: "KALISI-KUBERNETES-OTHER",
      setting: configPath(["target"]),
      value: wanted === undefined ? "docker" : inWords(wanted),
      problem: `stack ${stack} is up in another place: ${former}`,
      fix: `set it back; or move: npm run backup -- --stack ${stack}, then npm stop -- --stack ${stack}, which leaves its data there, and restore once it is up again`,
    },
  ];
}
