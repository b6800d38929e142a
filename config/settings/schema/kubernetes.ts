import { z } from "zod";
import { clusterName, text } from "../formats";
import { memorySchema, processorsSchema, secondsSchema } from "../units";

/** Which taints of nodes the pod may be placed in spite of. */
const toleration = z.strictObject({
  key: text.optional().describe("the taint's key; unset: every taint"),
  operator: z
    .enum(["Exists", "Equal"])
    .optional()
    .describe("whether the value counts; unset: `Equal`"),
  value: text.optional().describe("the taint's value"),
  effect: z
    .enum(["NoSchedule", "PreferNoSchedule", "NoExecute"])
    .optional()
    .describe("the taint's effect; unset: every effect"),
});

/** Where in a cluster the stack is, for `kalisi:target: kubernetes`. */
export const kubernetesSchema = z
  .strictObject({
    context: text
      .optional()
      .describe(
        "kubectl's context of the cluster, which must be named: the current one may be another tomorrow",
      ),
    namespace: clusterName
      .optional()
      .describe(
        "a namespace that is there already, and that stays; unset: `kalisi-` and the stack's name, which `up` makes",
      ),
    storage: z
      .strictObject({
        class: clusterName.optional().describe("its storage class; unset: the cluster's default"),
        size: memorySchema
          .prefault("40g")
          .describe(
            "the claim's size, such as `40g`; it may grow where the class can, never shrink",
          ),
        accessMode: z
          .enum(["ReadWriteOnce", "ReadWriteOncePod"])
          .default("ReadWriteOnce")
          .describe("how the claim may be mounted: by one node, or by one pod alone"),
      })
      .prefault({}),
    requests: z
      .strictObject({
        memory: memorySchema
          .optional()
          .describe("memory that a node must have free; unset: half of `resources.memory`, or 1g"),
        cpus: processorsSchema
          .optional()
          .describe("processors that a node must have free; unset: 0.25"),
      })
      .prefault({}),
    imagePullSecret: clusterName
      .optional()
      .describe("a Secret of the namespace that the image's registry is logged in to with"),
    priorityClass: clusterName.optional().describe("the pod's priority class"),
    nodeSelector: z
      .record(z.string(), z.string())
      .prefault({})
      .describe("labels that a node must have"),
    tolerations: z
      .array(toleration)
      .default([])
      .describe("taints of nodes that the pod may be placed in spite of"),
    unreachableSeconds: secondsSchema
      .default(secondsSchema.parse(300))
      .describe("how long the pod stays on a node that is lost, before Kubernetes ends it there"),
  })
  .prefault({})
  .describe("where in a cluster the stack is, for `kalisi:target: kubernetes`");
