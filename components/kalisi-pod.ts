import * as pulumi from "@pulumi/pulumi";
import { clusterNames, podLabels } from "../config/cluster/cluster-names";
import type { Mebibytes, Seconds } from "../config/settings/units";
import { ClusterResource } from "./cluster-provider";
import { containerNeeds, type ContainerSettings } from "./container-needs";
import { mountPoints } from "./kalisi-volumes";
import type { ClusterMount } from "./mounts";

export interface KalisiPodArgs {
  readonly namespace: string;
  readonly labels: Readonly<Record<string, string>>;
  /** By its digest, in a registry that the cluster's nodes reach. */
  readonly image: string;
  /** What it has mounted of the cluster beside its claim, each at a path of its own. */
  readonly mounts: readonly ClusterMount[];
  /** Further environment variables by their names. @default none */
  readonly environment?: Readonly<Record<string, string>> | undefined;
  /** The ports inside that are forwarded. */
  readonly ports: readonly number[];
  readonly settings: ContainerSettings;
  /** Where it is placed, in the schema's shape. */
  readonly placement: {
    readonly requests: {
      /** @default half of what it may use, or 1 GiB */
      readonly memory?: Mebibytes | undefined;
      /** @default 0.25 */
      readonly cpus?: number | undefined;
    };
    readonly imagePullSecret?: string | undefined;
    readonly priorityClass?: string | undefined;
    readonly nodeSelector: Readonly<Record<string, string>>;
    readonly tolerations: readonly object[];
    /** How long it stays on a node that is lost. */
    readonly unreachableSeconds: Seconds;
  };
}

/**
 * The gate after it waits for the pod and says what is wrong: the plugin would wait without a word. But its end, with all
 * that writes to the claim, is awaited. https://www.pulumi.com/registry/packages/kubernetes/installation-configuration/
 */
const isThere = { "pulumi.com/waitFor": "jsonpath={.spec.replicas}=1" } as const;

/**
 * The pod that everything runs in: a StatefulSet of one, which never has two at a time, as both would write to one
 * database. Whatever of it is not healthy marks it so and ends nothing, as whoever works in it would lose the session.
 * No Service leads to it, and no other pod reaches it.
 */
export class KalisiPod extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:KalisiPod";

  /** Another one whenever the pod's declaration is. */
  readonly version: pulumi.Output<string>;

  constructor(name: string, args: KalisiPodArgs, opts?: pulumi.ComponentResourceOptions) {
    super(KalisiPod.type, name, {}, opts);

    const { namespace, labels } = args;
    new ClusterResource(
      `${name}-policy`,
      {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: clusterNames.policy, namespace, labels },
        spec: { podSelector: { matchLabels: podLabels }, policyTypes: ["Ingress"] },
      },
      { parent: this },
    );
    const set = new ClusterResource(
      `${name}-run`,
      {
        apiVersion: "apps/v1",
        kind: "StatefulSet",
        metadata: { name: clusterNames.workload, namespace, labels, annotations: isThere },
        spec: {
          replicas: 1,
          // Kubernetes wants the name of a Service; there is none.
          serviceName: clusterNames.workload,
          // The other way waits for a pod that cannot become ready, before it makes the one that could:
          // https://kubernetes.io/docs/concepts/workloads/controllers/statefulset/#forced-rollback
          podManagementPolicy: "Parallel",
          selector: { matchLabels: podLabels },
          template: { metadata: { labels: { ...labels, ...podLabels } }, spec: podSpec(args) },
        },
      },
      { parent: this },
    );
    this.version = set.metadata.apply(({ generation = 0 }) => String(generation));
    this.registerOutputs({ version: this.version });
  }
}

function podSpec(args: KalisiPodArgs): object {
  const needs = containerNeeds(
    args.settings,
    // Other pods reach what listens on a pod's own address.
    { ...args.environment, KALISI_LISTEN: "127.0.0.1" },
    args.ports,
  );
  const { placement, mounts } = args;
  const lost = (taint: string) => ({
    ...{ key: `node.kubernetes.io/${taint}`, operator: "Exists", effect: "NoExecute" },
    tolerationSeconds: placement.unreachableSeconds,
  });
  return {
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    terminationGracePeriodSeconds: needs.stopSeconds,
    securityContext: {
      seccompProfile: { type: "RuntimeDefault" },
      // As an Engine has it, so that sshd needs no privilege for its port: https://github.com/moby/moby/pull/41030
      sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
    },
    tolerations: [...placement.tolerations, lost("not-ready"), lost("unreachable")],
    ...(Object.keys(placement.nodeSelector).length === 0
      ? {}
      : { nodeSelector: placement.nodeSelector }),
    ...(placement.priorityClass === undefined
      ? {}
      : { priorityClassName: placement.priorityClass }),
    ...(placement.imagePullSecret === undefined
      ? {}
      : { imagePullSecrets: [{ name: placement.imagePullSecret }] }),
    containers: [
      {
        name: clusterNames.container,
        image: args.image,
        imagePullPolicy: "IfNotPresent",
        env: Object.entries(needs.environment).map(([key, value]) => ({ name: key, value })),
        resources: resourcesOf(needs, placement.requests),
        securityContext: {
          allowPrivilegeEscalation: needs.mayGainPrivileges,
          capabilities: {
            drop: ["ALL"],
            add: needs.capabilities.map((capability) => capability.replace(/^CAP_/, "")),
          },
        },
        readinessProbe: {
          exec: { command: needs.health.command },
          periodSeconds: needs.health.everySeconds,
          timeoutSeconds: needs.health.timeoutSeconds,
        },
        volumeMounts: [
          ...Object.entries(mountPoints).map(([part, mountPath]) => ({
            ...{ name: "data", subPath: part, mountPath },
          })),
          ...mounts.map(({ name, containerPath, key }) => ({
            ...{ name, mountPath: containerPath, readOnly: true },
            ...(key === undefined ? {} : { subPath: key }),
          })),
        ],
      },
    ],
    volumes: [
      { name: "data", persistentVolumeClaim: { claimName: clusterNames.claim } },
      ...mounts.map(({ name, source }) => ({ name, ...source })),
    ],
  };
}

function resourcesOf(
  { memory, cpus }: { readonly memory: Mebibytes | undefined; readonly cpus: number | undefined },
  requests: KalisiPodArgs["placement"]["requests"],
): object {
  const mebibytes = requests.memory ?? (memory === undefined ? 1024 : Math.floor(memory / 2));
  return {
    requests: { memory: `${mebibytes}Mi`, cpu: String(requests.cpus ?? Math.min(0.25, cpus ?? 1)) },
    limits: {
      ...(memory === undefined ? {} : { memory: `${memory}Mi` }),
      ...(cpus === undefined ? {} : { cpu: String(cpus) }),
    },
  };
}
