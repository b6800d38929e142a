import type { ResourceValidationPolicy } from "@pulumi/policy";
import { capabilitiesWithinAllowed, noHostNamespaces, notPrivileged } from "./privileges";
import { baseImagesPinned, localBaseImagesNamed } from "./images";
import { healthCheckPresent, stopGracePresent } from "./life";
import { noBroadBinds, noEngineSocket } from "./mounts";
import { portsOnLoopback } from "./ports";
import { noSecretValues } from "./secrets";
import { volumesRetained } from "./volumes";

/** Every policy, the same for the engine's pack and for the evaluation of a plan. */
export const policies: readonly ResourceValidationPolicy[] = [
  portsOnLoopback,
  notPrivileged,
  noHostNamespaces,
  capabilitiesWithinAllowed,
  noEngineSocket,
  noBroadBinds,
  volumesRetained,
  baseImagesPinned,
  localBaseImagesNamed,
  noSecretValues,
  healthCheckPresent,
  stopGracePresent,
];
