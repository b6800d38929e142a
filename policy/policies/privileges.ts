import type { ResourceValidationPolicy } from "@pulumi/policy";
import { containerType, objectsOf, ofType, textsOf, type Props } from "./of-type";

export const notPrivileged: ResourceValidationPolicy = {
  name: "not-privileged",
  description: "A container is not privileged, has no device, and is confined as by default.",
  enforcementLevel: "mandatory",
  validateResource: ofType(containerType, privileges),
};

export function privileges(props: Props): readonly string[] {
  return [
    ...(props["privileged"] === true
      ? ["It is privileged: root inside is root on this machine. Remove privileged."]
      : []),
    ...textsOf(props["securityOpts"])
      .filter((option) => /[=:](unconfined|disable)$/.test(option))
      .map((option) => `"${option}" takes a confinement away. Remove it from securityOpts.`),
    ...objectsOf(props["devices"]).map(
      ({ hostPath }) =>
        `It is given the device ${String(hostPath)} of this machine. Remove it from devices.`,
    ),
  ];
}

const namespaces = ["networkMode", "pidMode", "ipcMode", "usernsMode", "cgroupnsMode"] as const;

export const noHostNamespaces: ResourceValidationPolicy = {
  name: "no-host-namespaces",
  description: "A container has a network, processes and users of its own.",
  enforcementLevel: "mandatory",
  validateResource: ofType(containerType, sharedNamespaces),
};

export function sharedNamespaces(props: Props): readonly string[] {
  return namespaces
    .filter((namespace) => props[namespace] === "host")
    .map(
      (namespace) =>
        `${namespace} is "host": the container shares it with this machine. Remove ${namespace}.`,
    );
}

/** What components/kalisi-container.ts gives; each was found by taking it away. */
const allowedCapabilities = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "KILL",
  "SETGID",
  "SETUID",
  "SYS_CHROOT",
];

export const capabilitiesWithinAllowed: ResourceValidationPolicy = {
  name: "capabilities-within-allowed",
  description: "All capabilities are dropped but for those that are known to be needed.",
  enforcementLevel: "mandatory",
  configSchema: {
    properties: {
      allowed: {
        type: "array",
        items: { type: "string" },
        default: [],
        description: "Capabilities that are allowed besides, such as NET_BIND_SERVICE.",
      },
    },
  },
  validateResource: ofType(containerType, (props, args) =>
    excessCapabilities(props, args.getConfig<{ allowed?: readonly string[] }>().allowed ?? []),
  ),
};

/** @param besides capabilities that are allowed besides those that the services need */
export function excessCapabilities(props: Props, besides: readonly string[]): readonly string[] {
  const { adds, drops } = (props["capabilities"] ?? {}) as Props;
  const allowed = new Set([...allowedCapabilities, ...besides.map(plain)]);
  return [
    ...(textsOf(drops).map(plain).includes("ALL")
      ? []
      : [
          'Docker\'s default capabilities are not dropped. Set capabilities: { drops: ["ALL"], adds: [...] }.',
        ]),
    ...textsOf(adds)
      .filter((capability) => !allowed.has(plain(capability)))
      .map(
        (capability) =>
          `${capability} is not among the allowed capabilities. Do without it, or allow it in policy/config.json: "allowed": ["${plain(capability)}"].`,
      ),
  ];
}

/** Docker knows each capability with and without its prefix. */
function plain(capability: string): string {
  return capability.toUpperCase().replace(/^CAP_/, "");
}
