import type {
  ResourceValidation,
  ResourceValidationArgs,
  ResourceValidationPolicy,
} from "@pulumi/policy";
import { ofPodContainers } from "./of-pods";
import { containerType, objectsOf, ofType, shown, textsOf, type Props } from "./of-type";
import { asContainer, podNamespaces, podPrivileges, securityOf } from "./pods";

export const notPrivileged: ResourceValidationPolicy = {
  name: "not-privileged",
  description: "A container is not privileged, has no device, and is confined as by default.",
  enforcementLevel: "mandatory",
  validateResource: [ofType(containerType, privileges), ...podPrivileges],
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
    ...["deviceRequests", "deviceCgroupRules", "gpus"]
      .filter((input) => hasAny(props[input]))
      .map((input) => `It is given devices of this machine. Remove ${input}.`),
  ];
}

function hasAny(input: unknown): boolean {
  return Array.isArray(input) ? input.length > 0 : input !== undefined && input !== "";
}

export const noNewPrivileges: ResourceValidationPolicy = {
  name: "no-new-privileges",
  description: "No process gains a right that it was not started with, unless sudo is switched on.",
  enforcementLevel: "mandatory",
  validateResource: [
    ofType(containerType, newPrivileges),
    ofPodContainers((container) =>
      securityOf(container)["allowPrivilegeEscalation"] === false ||
      isSudoOn(asContainer(container))
        ? []
        : [`${gained} Set allowPrivilegeEscalation: false; ${unlessWanted}`],
    ),
  ],
};

const gained = "A process inside may gain rights that it was not started with.";
const unlessWanted =
  "where somebody is to become root inside, switch that on: pulumi config set kalisi:sudo true";

/** The spellings that the Engine takes for yes. */
const noneGained = /^no-new-privileges([:=]true)?$/;

export function newPrivileges(props: Props): readonly string[] {
  const given = textsOf(props["securityOpts"]).filter((option) =>
    option.startsWith("no-new-privileges"),
  );
  return (given.length > 0 && given.every((option) => noneGained.test(option))) || isSudoOn(props)
    ? []
    : [`${gained} Set securityOpts: ["no-new-privileges:true"]; ${unlessWanted}`];
}

/** What the setting kalisi:sudo makes of a container. */
function isSudoOn(props: Props): boolean {
  return textsOf(props["envs"]).includes("KALISI_SUDO=true");
}

const namespaces = ["networkMode", "pidMode", "ipcMode", "usernsMode", "cgroupnsMode"] as const;

export const noHostNamespaces: ResourceValidationPolicy = {
  name: "no-host-namespaces",
  description: "A container has a network, processes and users of its own.",
  enforcementLevel: "mandatory",
  validateResource: [
    ...namespaces.map(sharedBy),
    ofType(containerType, hostNetwork),
    podNamespaces,
  ],
};

/** One at a time: which network it is may not be known yet. */
function sharedBy(namespace: (typeof namespaces)[number]): ResourceValidation {
  return ofType(containerType, (props) => {
    const mode = shown(props[namespace], "");
    const owner = mode === "host" ? "this machine" : /^container:(.*)/.exec(mode)?.[1];
    return owner === undefined
      ? []
      : [`${namespace} is "${mode}": the container shares it with ${owner}. Remove ${namespace}.`];
  });
}

function hostNetwork(props: Props): readonly string[] {
  return objectsOf(props["networksAdvanced"])
    .filter(({ name }) => name === "host")
    .map(() => "It is in this machine's own network. Remove host from networksAdvanced.");
}

/** What components/container-needs.ts gives; each was found by taking it away. */
const allowedCapabilities = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "KILL",
  "SETGID",
  "SETUID",
  "SYS_CHROOT",
];
/** What it gives besides where sudo is switched on. */
const sudoCapabilities = ["FOWNER"];

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
  validateResource: [
    ofType(containerType, (props, args) => excessCapabilities(props, allowedBy(args))),
    ofPodContainers((container, args) =>
      excessCapabilities(asContainer(container), allowedBy(args)),
    ),
  ],
};

function allowedBy(args: ResourceValidationArgs): readonly string[] {
  return args.getConfig<{ allowed?: readonly string[] }>().allowed ?? [];
}

/** @param besides capabilities that are allowed besides those that the services need */
export function excessCapabilities(props: Props, besides: readonly string[]): readonly string[] {
  const { adds, drops } = (props["capabilities"] ?? {}) as Props;
  const allowed = new Set([
    ...allowedCapabilities,
    ...(isSudoOn(props) ? sudoCapabilities : []),
    ...besides.map(plain),
  ]);
  return [
    ...(textsOf(drops).map(plain).includes("ALL")
      ? []
      : ['The default capabilities are not dropped. Drop "ALL", and add those that are needed.']),
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
