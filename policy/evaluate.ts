import type {
  EnforcementLevel,
  ResourceValidationArgs,
  ResourceValidationPolicy,
} from "@pulumi/policy";
import { printable } from "../config/quote";
import type { PlannedOptions } from "./policies/volumes";
import type { PolicyConfig, PolicySettings } from "./read-config";
import { knownOnly, UnknownValue } from "./unknown";
import { nameInUrn } from "../config/urn";

/** A resource as a plan or the program declares it. */
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

class NotApplicable extends Error {}

/**
 * Runs policies on what is declared, as the engine does with a pack. What a policy cannot judge, as it is not
 * known yet, is reported as advice.
 */
export async function evaluate(
  policies: readonly ResourceValidationPolicy[],
  resources: readonly DeclaredResource[],
  config: PolicyConfig,
): Promise<readonly Violation[]> {
  const violations: Violation[] = [];
  for (const resource of resources) {
    for (const policy of policies) {
      const { enforcementLevel: configured, ...settings } = config[policy.name] ?? {};
      const level = levelOf(
        configured ?? config["all"]?.enforcementLevel ?? policy.enforcementLevel,
      );
      if (level === "disabled") continue;
      const reportAs = (at: EnforcementLevel) => (message: string) => {
        violations.push({ policy: policy.name, urn: resource.urn, level: at, message });
      };
      const args = argumentsFor(resource, settings);
      for (const validate of [policy.validateResource ?? []].flat()) {
        try {
          await validate(args, reportAs(level));
        } catch (error) {
          if (error instanceof UnknownValue) {
            reportAs("advisory")(`Cannot be checked before the update: ${error.message}.`);
          } else if (!(error instanceof NotApplicable)) {
            throw error;
          }
        }
      }
    }
  }
  return violations;
}

/** What is to be put right by itself is mandatory where nothing does that: no policy here can. */
function levelOf(level: EnforcementLevel = "advisory"): EnforcementLevel {
  return level === "remediate" ? "mandatory" : level;
}

/** Those that refuse what is declared. */
export function mandatory(violations: readonly Violation[]): readonly Violation[] {
  return violations.filter(({ level }) => level === "mandatory");
}

/** A violation in one line: how strict, which policy, which resource, what is wrong and how to put it right. */
export function violationLine({ level, policy, urn, message }: Violation): string {
  return printable(`[${level}] ${policy}: ${nameInUrn(urn)}: ${message}`);
}

function argumentsFor(
  resource: DeclaredResource,
  settings: PolicySettings,
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
    // The type is its caller's promise, which readPolicyConfig checks by the policy's schema.
    getConfig: (() => settings) as ResourceValidationArgs["getConfig"],
    notApplicable: (reason) => {
      throw new NotApplicable(reason);
    },
  };
}
