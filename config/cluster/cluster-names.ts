/** What the stack's parts are called in their namespace, which is one stack's alone. */
export const clusterNames = {
  workload: "kalisi",
  /** Of the one pod that a StatefulSet of one has. */
  pod: "kalisi-0",
  container: "kalisi",
  claim: "kalisi-data",
  keys: "kalisi-keys",
  policy: "kalisi-no-ingress",
} as const;

/** The pod's label that what belongs to it is found by. */
export const podLabels = { "app.kubernetes.io/name": "kalisi" } as const;

/** The namespace of a stack whose settings name none. */
export function derivedNamespace(stack: string): string {
  return `kalisi-${stack}`;
}

/** By which key a Secret has the runtime settings file. */
export const envSecretKey = "env";

/** Where the container has the keys that may log in. */
export const keysInContainer = "/etc/kalisi/keys/kalisi";
