import type { ResourceValidationPolicy } from "@pulumi/policy";
import {
  capabilitiesWithinAllowed,
  noHostNamespaces,
  noNewPrivileges,
  notPrivileged,
} from "./privileges";
import { baseImagesPinned, localBaseImagesNamed, podImagesPinned } from "./images";
import { healthCheckPresent, stopGracePresent } from "./life";
import { bindsAsMounts, bindSourcesExist, noBroadBinds, noEngineSocket } from "./mounts";
import { networkOfItsOwn, noCoreDumps } from "./network";
import { portsOnLoopback } from "./ports";
import { noSecretValues } from "./secrets";
import { volumesLocal, volumesRetained } from "./volumes";

/** Every policy, the same for the engine's pack and for the evaluation of a plan. */
export const policies: readonly ResourceValidationPolicy[] = [
  portsOnLoopback,
  notPrivileged,
  noNewPrivileges,
  noHostNamespaces,
  networkOfItsOwn,
  noCoreDumps,
  capabilitiesWithinAllowed,
  noEngineSocket,
  noBroadBinds,
  bindsAsMounts,
  bindSourcesExist,
  volumesRetained,
  volumesLocal,
  baseImagesPinned,
  localBaseImagesNamed,
  podImagesPinned,
  noSecretValues,
  healthCheckPresent,
  stopGracePresent,
];
