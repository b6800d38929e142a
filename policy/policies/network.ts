import type { ResourceValidationPolicy } from "@pulumi/policy";
import { containerType, entriesOf, networkType, objectsOf, ofType, shown } from "./of-type";

/** The Engine's own networks, where any container may be. */
const shared: readonly string[] = ["", "bridge", "default", "nat"];

export const networkOfItsOwn: ResourceValidationPolicy = {
  name: "network-of-its-own",
  description: "A container is on a network where no other reaches it.",
  enforcementLevel: "mandatory",
  validateResource: [
    ofType(containerType, ({ networkMode, networksAdvanced }) => {
      const advanced = objectsOf(networksAdvanced).map(({ name }) => shown(name, ""));
      const mode = shown(networkMode, "");
      const open = (advanced.length > 0 ? advanced : [mode]).filter((name) =>
        shared.includes(name),
      );
      return open.length === 0
        ? []
        : [
            "It is on the Engine's default network, where any other container reaches it. Set networkMode to the id of a docker.Network of its own, or to none.",
          ];
    }),
    ofType(networkType, ({ driver, options }) => {
      const passing = Object.fromEntries(entriesOf(options))[passesTraffic];
      return [
        ...(["bridge", ""].includes(shown(driver, ""))
          ? []
          : [`Its driver is ${shown(driver, "?")}, which reaches beyond the machine. Use bridge.`]),
        ...(passing === "false"
          ? []
          : [`Containers on it reach each other. Set options: { "${passesTraffic}": "false" }.`]),
      ];
    }),
  ],
};

const passesTraffic = "com.docker.network.bridge.enable_icc";

export const noCoreDumps: ResourceValidationPolicy = {
  name: "no-core-dumps",
  description: "No process writes its memory, and the secrets in it, to a file.",
  enforcementLevel: "mandatory",
  validateResource: ofType(containerType, ({ ulimits }) =>
    objectsOf(ulimits).some(({ name, soft, hard }) => name === "core" && soft === 0 && hard === 0)
      ? []
      : ['A process may dump its memory. Set ulimits: [{ name: "core", soft: 0, hard: 0 }].'],
  ),
};
