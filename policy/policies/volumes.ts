import type { PolicyResourceOptions, ResourceValidationPolicy } from "@pulumi/policy";
import {
  containerType,
  entriesOf,
  objectsOf,
  ofType,
  shown,
  volumeType,
  type Props,
} from "./of-type";

/** What a plan has of a resource's options. */
export interface PlannedOptions extends PolicyResourceOptions {
  readonly retainOnDelete: boolean;
}

/** A namespace takes the claims in it along. */
const keepers: readonly string[] = [
  volumeType,
  "kubernetes:core/v1:PersistentVolumeClaim",
  "kubernetes:core/v1:Namespace",
];

/**
 * The engine does not give this option to packs, so only a plan can be judged:
 * https://github.com/pulumi/pulumi/blob/master/proto/pulumi/analyzer.proto (AnalyzerResourceOptions)
 */
export const volumesRetained: ResourceValidationPolicy = {
  name: "volumes-retained",
  description: "What holds somebody's data is kept when it leaves the stack.",
  enforcementLevel: "mandatory",
  validateResource: (args, reportViolation) => {
    const { type, opts } = args;
    if (!keepers.includes(type)) return;
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

/** What the local driver hands to mount(8): a folder of this machine, another machine's, or memory. */
const elsewhere: readonly string[] = ["type", "o", "device"];

export const volumesLocal: ResourceValidationPolicy = {
  name: "volumes-local",
  description: "A volume's data is where the Engine keeps its volumes.",
  enforcementLevel: "mandatory",
  validateResource: [
    ofType(volumeType, ({ driver, driverOpts, cluster }) => [
      ...foreignData("", driver, driverOpts),
      ...(cluster === undefined ? [] : ["It is a volume of a cluster. Remove cluster."]),
    ]),
    ofType(containerType, (props) =>
      objectsOf(props["mounts"]).flatMap(({ target, volumeOptions }) => {
        const { driverName, driverOptions } = (volumeOptions ?? {}) as Props;
        return foreignData(`The mount at ${shown(target, "?")}: `, driverName, driverOptions);
      }),
    ),
  ],
};

function foreignData(whose: string, driver: unknown, options: unknown): readonly string[] {
  return [
    ...(driver === undefined || driver === "" || driver === "local"
      ? []
      : [
          `${whose}its driver is ${shown(driver, "another one")}, which keeps data where this stack cannot tell. Leave the driver out: the Engine's own is "local".`,
        ]),
    ...entriesOf(options)
      .filter(([name]) => elsewhere.includes(name))
      .map(
        ([name, value]) =>
          `${whose}its option ${name} is ${value}: the data is then not where the Engine keeps its volumes. Leave that option out.`,
      ),
  ];
}
