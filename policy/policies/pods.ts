import type { ResourceValidation } from "@pulumi/policy";
import { objectOf, ofPodContainers, ofPods, variablesOf } from "./of-pods";
import { objectsOf, ofType, shown, textsOf, type Props } from "./of-type";

// What the policies of a Docker Engine's containers refuse, of pods and what leads to them.

/** A part of ports-on-loopback. */
export const podPorts: readonly ResourceValidation[] = [
  ofPodContainers((container) =>
    objectsOf(container["ports"])
      .filter(({ hostPort }) => hostPort !== undefined)
      .map(
        ({ hostPort }) =>
          `Port ${shown(hostPort, "?")} of the node is the pod's, where other machines reach it. Remove hostPort: npm run connect leads to the pod.`,
      ),
  ),
  ...["core/v1:Service", "networking.k8s.io/v1:Ingress"].map((kind) =>
    ofType(`kubernetes:${kind}`, () => [
      "It leads others to the pod. Remove it: npm run connect leads to the pod, by kubectl's own way.",
    ]),
  ),
];

/** A part of not-privileged. */
export const podPrivileges: readonly ResourceValidation[] = [
  ofPodContainers((container) => {
    const { privileged, procMount } = securityOf(container);
    return [
      ...(privileged === true
        ? ["It is privileged: root inside is root on the node. Remove privileged."]
        : []),
      ...(procMount === "Unmasked" ? ["It sees all of /proc. Remove procMount."] : []),
      ...unconfined(securityOf(container)),
    ];
  }),
  ofPods(({ spec }) => [
    ...unconfined(objectOf(spec["securityContext"])),
    ...objectsOf(spec["volumes"])
      .filter(({ hostPath }) => hostPath !== undefined)
      .map(({ name }) => `Its volume ${shown(name, "?")} is a path of the node. Use a claim.`),
  ]),
];

function unconfined(security: Props): readonly string[] {
  return ["seccompProfile", "appArmorProfile"]
    .filter((key) => objectOf(security[key])["type"] === "Unconfined")
    .map((key) => `${key} takes a confinement away. Set its type to RuntimeDefault.`);
}

/** A part of no-host-namespaces. */
export const podNamespaces = ofPods(({ spec }) =>
  ["hostNetwork", "hostPID", "hostIPC"]
    .filter((key) => spec[key] === true)
    .map((key) => `${key} is true: the pod shares it with the node. Remove ${key}.`),
);

/** What a pod's container has of capabilities and variables, in the shape that one of an Engine has them. */
export function asContainer(container: Props): Props {
  const { add, drop } = objectOf(securityOf(container)["capabilities"]);
  return {
    capabilities: { adds: textsOf(add), drops: textsOf(drop) },
    envs: variablesOf(container).map((variable) => variable.join("=")),
  };
}

/** A part of health-check-present. A probe that ends what it finds ill would end the sessions in it as well. */
export const podHealth = ofPods(({ spec }) =>
  objectsOf(spec["containers"]).flatMap((container) => [
    ...(Object.keys(objectOf(container["readinessProbe"])).length > 0
      ? []
      : ["There is no readiness probe. Set readinessProbe: { exec: { command: [PROGRAM] } }."]),
    ...["livenessProbe", "startupProbe"]
      .filter((probe) => container[probe] !== undefined)
      .map((probe) => `${probe} ends a pod in which somebody may be at work. Remove it.`),
  ]),
);

export function securityOf(container: Props): Props {
  return objectOf(container["securityContext"]);
}
