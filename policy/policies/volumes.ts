import type { PolicyResourceOptions, ResourceValidationPolicy } from "@pulumi/policy";
import { volumeType } from "./of-type";

/** What a plan has of a resource's options. */
export interface PlannedOptions extends PolicyResourceOptions {
  readonly retainOnDelete: boolean;
}

/**
 * The engine does not give this option to packs, so only a plan can be judged:
 * https://github.com/pulumi/pulumi/blob/master/proto/pulumi/analyzer.proto (AnalyzerResourceOptions)
 */
export const volumesRetained: ResourceValidationPolicy = {
  name: "volumes-retained",
  description: "A volume is kept when it leaves the stack: it holds somebody's data.",
  enforcementLevel: "mandatory",
  validateResource: (args, reportViolation) => {
    const { type, opts } = args;
    if (type !== volumeType) return;
    if (!tellsRetention(opts)) {
      args.notApplicable("the engine does not give retainOnDelete to packs: see the plan's check");
    } else if (!opts.retainOnDelete) {
      reportViolation(
        "pulumi destroy would remove it, and its data with it. Set retainOnDelete: true in its options.",
      );
    }
  },
};

function tellsRetention(options: PolicyResourceOptions): options is PlannedOptions {
  return "retainOnDelete" in options;
}
