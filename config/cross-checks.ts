import type { Problem } from "./errors";
import { gatewayContainerPort } from "./env-file";
import type { PhysicalNames } from "./names";
import type { StackConfig } from "./schema";
import { setCommand } from "./set-command";
import { port, type Port } from "./units";

/** The port that sshd listens on inside the container. */
export const sshContainerPort = port(22);

/** Names a setting by its path, as its user typed it. */
export type LabelOf = (...path: readonly string[]) => string;

interface Claim {
  readonly path: readonly string[];
  readonly value: number | string;
}

/** Says which settings claim the same as one before them. */
function clashes(claims: readonly Claim[], label: LabelOf, different: string): readonly Problem[] {
  return claims.flatMap(({ path, value }, index) => {
    const earlier = claims.slice(0, index).find((claim) => claim.value === value);
    return earlier === undefined
      ? []
      : [
          {
            setting: label(...path),
            value: String(value),
            problem: `is also ${label(...earlier.path)}`,
            fix: `choose ${different}: ${setCommand(path)}`,
          },
        ];
  });
}

/** Finds ports that two settings claim, on this machine or in the container. */
export function checkPorts(
  config: Pick<StackConfig, "ports">,
  published: { readonly ssh: Port; readonly gateway: Port },
  label: LabelOf,
): readonly Problem[] {
  const extra = (side: "internal" | "external") =>
    config.ports.map((ports, index) => ({
      path: ["ports", String(index), side],
      value: ports[side],
    }));
  return [
    ...clashes(
      [
        { path: ["gateway", "port"], value: published.gateway },
        { path: ["ssh", "port"], value: published.ssh },
        ...extra("external"),
      ],
      label,
      "another port",
    ),
    ...clashes(
      [
        { path: ["gateway", "port"], value: gatewayContainerPort },
        { path: ["ssh", "port"], value: sshContainerPort },
        ...extra("internal"),
      ],
      label,
      "another port of the container",
    ).map((problem) => ({
      ...problem,
      problem: problem.problem.replace("is also", "is published by"),
    })),
  ];
}

/** Finds volumes that two settings give the same name: two services would write over each other. */
export function checkVolumeNames(
  names: PhysicalNames["volumes"],
  label: LabelOf,
): readonly Problem[] {
  return clashes(
    Object.entries(names).map(([volume, value]) => ({ path: ["names", "volumes", volume], value })),
    label,
    "a name of its own",
  );
}
