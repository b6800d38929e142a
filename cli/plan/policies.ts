import { existsSync } from "node:fs";
import { join } from "node:path";
import { evaluate, mandatory, type Violation } from "../../policy/evaluate";
import { policies } from "../../policy/policies";
import { configFile, readPolicyConfig } from "../../policy/read-config";
import type { PulumiChoice } from "../setup/pulumi";
import type { PlannedResource } from "./plan";

const packFolder = "policy";

/** How many policies there are, what they found, and who evaluated them. */
export interface PolicyReport {
  readonly checked: string;
  readonly violations: readonly Violation[];
  /** Whether a mandatory policy is violated. */
  readonly refused: boolean;
}

/** Where the policy pack is, for an engine that can start one. */
export interface Pack {
  readonly policyPacks: string[];
  readonly policyPackConfigs: string[];
}

/**
 * The pack, if this Pulumi's language host can start one. The host that airgap/ builds is too old: its answer
 * is "not supported". It lies where no release of Pulumi has it.
 */
export function findPack(root: string, { bin }: PulumiChoice): Pack | undefined {
  return existsSync(join(bin, "..", "libexec", "pulumi-language-nodejs"))
    ? undefined
    : { policyPacks: [join(root, packFolder)], policyPackConfigs: [join(root, configFile)] };
}

/**
 * Evaluates every policy on what a plan leaves behind; what it deletes is not judged.
 *
 * @param loaded whether the engine has loaded the pack, too, and found nothing mandatory
 */
export async function checkPolicies(
  root: string,
  plan: readonly PlannedResource[],
  loaded: boolean,
): Promise<PolicyReport> {
  const config = readPolicyConfig(root, policies);
  const declared = plan.filter(({ change }) => change !== "deleted");
  const how = loaded ? "by the engine, as a pack, and on its plan" : "on the engine's plan";
  const violations = await evaluate(policies, declared, config);
  return {
    checked: `Policies: ${policies.length} checked on ${declared.length} resources ${how}`,
    violations,
    refused: mandatory(violations).length > 0,
  };
}
