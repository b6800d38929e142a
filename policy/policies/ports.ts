import type { ResourceValidationPolicy } from "@pulumi/policy";
import { containerType, objectsOf, ofType, shown, type Props } from "./of-type";
import { podPorts } from "./pods";

const loopback = new Set(["127.0.0.1", "::1"]);

/** The provider's default address is 0.0.0.0, and a published port passes most host firewalls by. */
export const portsOnLoopback: ResourceValidationPolicy = {
  name: "ports-on-loopback",
  description: "Ports are published on the loopback address only.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      exposedPorts: {
        type: "array",
        items: { type: "integer" },
        default: [],
        description: "Ports of this machine that other machines are meant to reach.",
      },
    },
  },
  validateResource: [
    ofType(containerType, (props, args) =>
      exposures(props, args.getConfig<{ exposedPorts?: readonly number[] }>().exposedPorts ?? []),
    ),
    ...podPorts,
  ],
};

/** @param exposedPorts ports of this machine that may be published on any address */
export function exposures(props: Props, exposedPorts: readonly number[]): readonly string[] {
  const published = objectsOf(props["ports"])
    .filter(
      ({ ip, external }) => !loopback.has(String(ip)) && !exposedPorts.includes(Number(external)),
    )
    .map(
      ({ ip, internal, external }) =>
        `Port ${String(internal)} of the container is published on ${shown(ip, "0.0.0.0")}:${shown(external, "any port")}, where other machines reach it. Publish it with loopbackPort(), or allow it in policy/config.json: "exposedPorts": [${String(external)}].`,
    );
  return props["publishAllPorts"] === true
    ? [...published, "All ports are published, on every address. Remove publishAllPorts."]
    : published;
}
