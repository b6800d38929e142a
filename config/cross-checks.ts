import { gatewayContainerPort, sshContainerPort } from "./container-ports";
import type { Problem } from "./errors";
import type { PhysicalNames } from "./names";
import type { RefusalCode } from "./refusals";
import type { StackConfig } from "./settings/schema";
import { setCommand } from "./settings/set-command";
import type { Port } from "./settings/units";

/** Names a setting by its path, as its user typed it. */
export type LabelOf = (...path: readonly string[]) => string;

interface Claim {
  readonly path: readonly string[];
  readonly value: number | string;
}

/** Says which settings claim the same as one before them. */
function clashes(
  code: RefusalCode,
  claims: readonly Claim[],
  label: LabelOf,
  different: string,
): readonly Problem[] {
  return claims.flatMap(({ path, value }, index) => {
    const earlier = claims.slice(0, index).find((claim) => claim.value === value);
    return earlier === undefined
      ? []
      : [
          {
            code,
            setting: label(...path),
            value: String(value),
            problem: `is also ${label(...earlier.path)}`,
            fix: `choose ${different}: ${setCommand(path)}`,
          },
        ];
  });
}

/** A port, and the setting that chooses it. */
export interface PortClaim extends Claim {
  readonly value: Port;
}

/** The ports on one side of what is published, with the settings that choose them. */
export function portClaims(
  extra: StackConfig["ports"],
  side: "internal" | "external",
  { ssh, gateway }: { readonly ssh: Port; readonly gateway: Port },
): readonly PortClaim[] {
  return [
    { path: ["gateway", "port"], value: gateway },
    { path: ["ssh", "port"], value: ssh },
    ...extra.map((ports, index) => ({ path: ["ports", String(index), side], value: ports[side] })),
  ];
}

/**
 * Finds ports that two settings claim, on this machine or in the container.
 *
 * @param onHost the claims on this machine
 */
export function checkPorts(
  { ports }: Pick<StackConfig, "ports">,
  onHost: readonly PortClaim[],
  label: LabelOf,
): readonly Problem[] {
  const inContainer = portClaims(ports, "internal", {
    ssh: sshContainerPort,
    gateway: gatewayContainerPort,
  });
  return [
    ...clashes("KALISI-PORT-TWICE", onHost, label, "another port"),
    ...clashes("KALISI-PORT-TWICE", inContainer, label, "another port of the container").map(
      (problem) => ({
        ...problem,
        problem: problem.problem.replace("is also", "is published by"),
      }),
    ),
  ];
}

/** Finds volumes that two settings give the same name: two services would write over each other. */
export function checkVolumeNames(
  names: PhysicalNames["volumes"],
  label: LabelOf,
): readonly Problem[] {
  return clashes(
    "KALISI-VOLUME-TWICE",
    Object.entries(names).map(([volume, value]) => ({ path: ["names", "volumes", volume], value })),
    label,
    "a name of its own",
  );
}
