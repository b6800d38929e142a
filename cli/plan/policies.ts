import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { evaluate, type PolicyConfig, type Violation } from "../../policy/evaluate";
import { policies } from "../../policy/policies";
import type { PulumiChoice } from "../setup/pulumi";
import type { PlannedResource } from "./plan";

const packFolder = "policy";
const configFile = join(packFolder, "config.json");

/** How many policies there are, what they say, and who asked them. */
export interface PolicyReport {
  readonly checked: string;
  readonly violations: readonly Violation[];
  /** Whether a mandatory policy is violated. */
  readonly refused: boolean;
}

/** The engine's options that load the policy pack, where this Pulumi's language host can start one. */
export function packOptions(root: string, pulumi: PulumiChoice) {
  return startsPacks(pulumi)
    ? {
        policyPacks: [join(root, packFolder)],
        policyPackConfigs: [join(root, configFile)],
      }
    : {};
}

/**
 * The language host that airgap/ builds is too old to start a pack: its answer is "not supported". It lies
 * where no release of Pulumi has it.
 */
function startsPacks({ bin }: PulumiChoice): boolean {
  return !existsSync(join(bin, "..", "libexec", "pulumi-language-nodejs"));
}

/** Evaluates every policy on what a plan leaves behind; what it deletes is judged no more. */
export async function checkPolicies(
  root: string,
  pulumi: PulumiChoice,
  plan: readonly PlannedResource[],
): Promise<PolicyReport> {
  const config = JSON.parse(readFileSync(join(root, configFile), "utf8")) as PolicyConfig;
  const declared = plan.filter(({ change }) => change !== "deleted");
  const violations = await evaluate(policies, declared, config);
  const how = startsPacks(pulumi)
    ? "by the engine, which loaded the pack, and on the plan"
    : "on the plan; this Pulumi's language host starts no policy packs";
  return {
    checked: `Policies: ${policies.length} checked on ${declared.length} resources, ${how}`,
    violations,
    refused: violations.some(({ level }) => level === "mandatory"),
  };
}

/** A violation in one line: how strict, which policy, which resource, what is wrong and how to put it right. */
export function describe({ level, policy, urn, message }: Violation): string {
  return `[${level}] ${policy}: ${urn.split("::").at(-1) ?? urn}: ${message}`;
}
