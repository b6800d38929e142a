import type {
  EnforcementLevel,
  ResourceValidationArgs,
  ResourceValidationPolicy,
} from "@pulumi/policy";
import type { PlannedOptions } from "./policies/volumes";
import { knownOnly, UnknownValue } from "./unknown";

/** A resource as a plan declares it. */
export interface DeclaredResource {
  readonly urn: string;
  readonly type: string;
  readonly name: string;
  readonly inputs: Readonly<Record<string, unknown>>;
  readonly retainOnDelete: boolean;
}

export interface Violation {
  readonly policy: string;
  readonly urn: string;
  readonly level: EnforcementLevel;
  /** What is wrong, and how to put it right. */
  readonly message: string;
}

/** Settings by policy, as in policy/config.json. */
export type PolicyConfig = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

class NotApplicable extends Error {}

/**
 * Runs policies on what a plan declares, as the engine does with a pack. What a policy cannot judge, as the
 * preview does not know it yet, is reported as advice.
 */
export async function evaluate(
  policies: readonly ResourceValidationPolicy[],
  resources: readonly DeclaredResource[],
  config: PolicyConfig,
): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for (const resource of resources) {
    for (const policy of policies) {
      const { name, enforcementLevel = "advisory" } = policy;
      const report = (message: string) => {
        violations.push({ policy: name, urn: resource.urn, level: enforcementLevel, message });
      };
      const args = argumentsFor(resource, config[policy.name] ?? {});
      try {
        for (const validate of [policy.validateResource ?? []].flat()) {
          await validate(args, report);
        }
      } catch (error) {
        if (error instanceof UnknownValue) {
          const message = `Cannot be checked before the update: ${error.message}.`;
          violations.push({ policy: name, urn: resource.urn, level: "advisory", message });
        } else if (!(error instanceof NotApplicable)) {
          throw error;
        }
      }
    }
  }
  return violations;
}

function argumentsFor(
  resource: DeclaredResource,
  config: Readonly<Record<string, unknown>>,
): ResourceValidationArgs {
  const opts: PlannedOptions = {
    protect: false,
    ignoreChanges: [],
    aliases: [],
    customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    additionalSecretOutputs: [],
    retainOnDelete: resource.retainOnDelete,
  };
  return {
    urn: resource.urn,
    type: resource.type,
    name: resource.name,
    props: knownOnly(resource.inputs),
    opts,
    stackTags: new Map(),
    isType: () => {
      throw new Error("policies here compare args.type: see ofType");
    },
    asType: () => {
      throw new Error("policies here compare args.type: see ofType");
    },
    // The type is its caller's promise: the configuration is checked against no schema here, as in the engine.
    getConfig: (() => config) as ResourceValidationArgs["getConfig"],
    notApplicable: (reason) => {
      throw new NotApplicable(reason);
    },
  };
}
