import type { Kinds } from "./kind";

/** A Kubernetes cluster, and what is in it. */
export const ofCluster = {
  "KALISI-KUBERNETES-CONTEXT": {
    cause:
      "the stack is to be on Kubernetes, and no context of kubectl's is named, or one that it does not know",
    cure: "`kubectl config get-contexts` shows what there is; `pulumi config set --path 'kalisi:kubernetes.context' NAME` names one",
  },
  "KALISI-KUBERNETES-HINDERED": {
    cause:
      "something in the cluster keeps the pod from starting: its image, its volume, or room on a node",
    cure: "the message has the cluster's own words; mend that, and start again: nothing is lost",
  },
  "KALISI-KUBERNETES-IMAGE": {
    cause:
      "a cluster runs an image of a registry that its nodes reach, and the settings name none by its digest",
    cure: "publish one from a Docker Engine (`kalisi:image.publish.enabled`), and set `kalisi:image.pull` to `NAME@sha256:DIGEST`",
  },
  "KALISI-KUBERNETES-KEYS": {
    cause: "an edit of the keys that may log in did not reach the pod in time",
    cure: "start again, which looks again; the node's kubelet brings the edit",
  },
  "KALISI-KUBERNETES-KUBECTL": {
    cause: "`kubectl`, which a stack on Kubernetes is reached with, is not on this machine",
    cure: "install it: https://kubernetes.io/docs/tasks/tools/",
  },
  "KALISI-KUBERNETES-NAMESPACE": {
    cause:
      "the namespace of the stack cannot be used: there is none of that name, or the name is no namespace's",
    cure: "have it made, or set `kalisi:kubernetes.namespace` to one that is there",
  },
  "KALISI-KUBERNETES-POD": {
    cause:
      "nothing can be done in the pod at this moment, or not by your user there, or the connection to it has ended",
    cure: "kubectl's own words say why; `kubectl describe pod kalisi-0` shows how the pod is",
  },
  "KALISI-KUBERNETES-REQUEST": {
    cause: "the pod is to be sure of more memory or processors than it may use",
    cure: "lower `kalisi:kubernetes.requests`, or raise `kalisi:resources`",
  },
  "KALISI-KUBERNETES-OTHER": {
    cause:
      "the stack is up in another place than the settings now name: on a Docker Engine, or elsewhere in a cluster",
    cure: "go back to that place, or `npm stop` first, which keeps the data where it is: a backup brings it along",
  },
  "KALISI-KUBERNETES-RIGHTS": {
    cause: "your user in the cluster may not do what the stack needs in its namespace",
    cure: "the message lists it, for whoever grants rights there",
  },
  "KALISI-KUBERNETES-STORAGE": {
    cause: "the claim cannot get its storage: no such class, no default class, or it is to shrink",
    cure: "`kubectl get storageclass` shows the classes; `kalisi:kubernetes.storage` has the settings",
  },
  "KALISI-KUBERNETES-TAKEN": {
    cause: "the namespace has a stack already, which is not this one",
    cure: "set `kalisi:kubernetes.namespace` to another one: a namespace has one stack",
  },
  "KALISI-KUBERNETES-UNREACHABLE": {
    cause: "the cluster does not answer, or does not let your user in",
    cure: "the message has kubectl's own words; try `kubectl --context NAME version`",
  },
  "KALISI-KUBERNETES-UNSUPPORTED": {
    cause: "the command works on a container of a Docker Engine, and the stack is on Kubernetes",
    cure: "`docs/kubernetes.md` has what does the same there",
  },
} as const satisfies Kinds;
