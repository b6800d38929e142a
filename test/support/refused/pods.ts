import { aStatefulSet, inCluster, podContainer, podSpec, type Refused } from "../policy-stack";

const security = podContainer.securityContext;
const aContainer = (inputs: object) => aStatefulSet({}, inputs);
const secured = (inputs: object) => aContainer({ securityContext: { ...security, ...inputs } });

/** What would open a pod, or lose what is in it. */
export const pods: readonly Refused[] = [
  [
    "ports-on-loopback",
    "a port of the node",
    "hostPort",
    aContainer({ ports: [{ hostPort: 22 }] }),
  ],
  ["ports-on-loopback", "a service", "leads others to the pod", inCluster("core/v1:Service")],
  [
    "ports-on-loopback",
    "an ingress",
    "leads others to the pod",
    inCluster("networking.k8s.io/v1:Ingress"),
  ],
  ["not-privileged", "a privileged pod", "root on the node", secured({ privileged: true })],
  ["not-privileged", "all of /proc", "procMount", secured({ procMount: "Unmasked" })],
  [
    "not-privileged",
    "a container that is not confined",
    "seccompProfile",
    secured({ seccompProfile: { type: "Unconfined" } }),
  ],
  [
    "not-privileged",
    "a pod that is not confined",
    "appArmorProfile",
    aStatefulSet({ securityContext: { appArmorProfile: { type: "Unconfined" } } }),
  ],
  [
    "not-privileged",
    "a path of the node",
    "a path of the node",
    aStatefulSet({ volumes: [{ name: "data", hostPath: { path: "/" } }] }),
  ],
  [
    "no-new-privileges",
    "rights that may be gained",
    "kalisi:sudo",
    aContainer({ securityContext: { capabilities: security.capabilities } }),
  ],
  ["no-host-namespaces", "the node's network", "hostNetwork", aStatefulSet({ hostNetwork: true })],
  [
    "capabilities-within-allowed",
    "a pod's defaults",
    "default capabilities are not dropped",
    secured({ capabilities: {} }),
  ],
  [
    "capabilities-within-allowed",
    "one too many in a pod",
    "NET_ADMIN",
    secured({ capabilities: { drop: ["ALL"], add: ["NET_ADMIN"] } }),
  ],
  [
    "capabilities-within-allowed",
    "one too many in what begins first",
    "SYS_ADMIN",
    aStatefulSet({
      initContainers: [
        {
          ...podContainer,
          securityContext: { ...security, capabilities: { drop: ["ALL"], add: ["SYS_ADMIN"] } },
        },
      ],
    }),
  ],
  [
    "volumes-retained",
    "a claim that goes with the stack",
    "retainOnDelete",
    inCluster("core/v1:PersistentVolumeClaim", {}, false),
  ],
  [
    "volumes-retained",
    "a namespace that goes with the stack",
    "retainOnDelete",
    inCluster("core/v1:Namespace", {}, false),
  ],
  ["pod-images-pinned", "a tag", "its digest", aContainer({ image: "registry.example/kalisi:1" })],
  ["no-secret-values", "a Secret", "Pulumi's state", inCluster("core/v1:Secret")],
  [
    "no-secret-values",
    "a pod's variable",
    "API_TOKEN",
    aContainer({ env: [{ name: "API_TOKEN", value: "canary" }] }),
  ],
  [
    "no-secret-values",
    "an entry of a ConfigMap",
    "an address with a password",
    inCluster("core/v1:ConfigMap", { data: { proxy: "http://me:canary@proxy.example" } }),
  ],
  [
    "no-secret-values",
    "a variable of a pod that is made now and then",
    "API_TOKEN",
    inCluster("batch/v1:CronJob", {
      spec: {
        jobTemplate: {
          spec: {
            template: {
              spec: {
                ...podSpec,
                containers: [{ ...podContainer, env: [{ name: "API_TOKEN", value: "canary" }] }],
              },
            },
          },
        },
      },
    }),
  ],
  [
    "health-check-present",
    "a pod that never says how it is",
    "readinessProbe",
    aContainer({ readinessProbe: undefined }),
  ],
  [
    "health-check-present",
    "a probe that ends the pod",
    "livenessProbe",
    aContainer({ livenessProbe: podContainer.readinessProbe }),
  ],
  [
    "stop-grace-present",
    "a pod's end that is a kill",
    "terminationGracePeriodSeconds is 10",
    aStatefulSet({ terminationGracePeriodSeconds: 10 }),
  ],
];
