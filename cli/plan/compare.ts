import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { flagsEnvironment } from "../../config/settings/flags";
import { isUnknown } from "../../policy/unknown";
import { run } from "../process";
import { FailureRecorder } from "../progress/failures";
import { pulumiEnvironment, type Machine } from "../setup";
import { UserError } from "../user-error";
import { differences, toPlan, type PlannedResource, type Step } from "./plan";
import type { PolicyReport } from "./policies";
import { toState, type PlannedState } from "./state";
import { findBase, RevisionTree } from "./tree";

/** What a change to the project does to a stack that is up and as the base has it. */
export interface Comparison {
  readonly base: string;
  readonly head: string;
  /** Whether the plan has edits that are not committed. */
  readonly edited: boolean;
  readonly plan: readonly PlannedResource[];
  /** Why there is nothing to compare with, so that the plan creates everything. */
  readonly baseProblem?: string;
}

/**
 * Previews the base in a state of its own, takes what that plan creates for created, and previews the present
 * revision on top: the providers themselves decide what is updated and what is replaced. Nothing is built or
 * created, and the Engine is asked for no more than whether it answers and which ports it holds.
 *
 * @param sourcePath where the source tree is, relative to the project's root
 * @param stack a name; a stack of that name elsewhere is neither read nor touched
 * @param check judges the plan while all that it names is there
 */
export async function comparePlans(
  root: string,
  machine: Machine,
  sourcePath: string,
  baseName: string,
  stack: string,
  check: (plan: Comparison["plan"]) => Promise<PolicyReport>,
): Promise<Comparison & { readonly policies: PolicyReport }> {
  const { base, head } = await findBase(root, baseName);
  const folder = mkdtempSync(join(tmpdir(), "kalisi-preview-"));
  const state = join(folder, "state");
  mkdirSync(state);
  const tree = new RevisionTree(root, join(folder, "kalisi"), sourcePath);
  const engine = new ThrowAwayStack(tree.path, state, stack, machine);
  try {
    await tree.create();
    await tree.takeRevision(base, { withEdits: false });
    tree.configure(stack);
    await engine.init();
    const baseProblem = await engine.preview().then(
      (steps) => engine.adopt(steps),
      (error: unknown) => (error instanceof Error ? error.message : String(error)),
    );
    const edited = await tree.takeRevision(head, { withEdits: true });
    tree.configure(stack);
    // The base's plan is not shown: one that is refused was never up.
    const steps = await engine.preview(flagsEnvironment({ planFirst: true }));
    const plan = withoutEchoes(toPlan(steps));
    const policies = await check(plan);
    return { base, head, edited, plan, policies, ...(baseProblem && { baseProblem }) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * The adopted state has what the base declares, not what an Engine made of it. A provider may see a change in
 * that alone: one that neither an input nor a resource that it depends on gives a reason for. What is then
 * unknown of it makes changes of what depends on it, which are echoes as well.
 */
export function withoutEchoes(plan: readonly PlannedResource[]): readonly PlannedResource[] {
  const changed = new Set<string>();
  return plan.map((resource) => {
    const { urn, change, before, inputs, dependencies } = resource;
    const echo =
      (change === "updated" || change === "replaced") &&
      differences(before, inputs).every(({ after }) => isUnknown(after)) &&
      !dependencies.some((dependency) => changed.has(dependency));
    if (echo) return { ...resource, change: "unchanged" };
    if (change !== "unchanged") changed.add(urn);
    return resource;
  });
}

/** A stack whose state is in a folder of its own. */
class ThrowAwayStack {
  private readonly environment: NodeJS.ProcessEnv;
  private readonly pulumi: string;
  private readonly log: string;

  constructor(
    private readonly cwd: string,
    private readonly state: string,
    private readonly name: string,
    { pulumi }: Machine,
  ) {
    this.pulumi = join(pulumi.bin, "pulumi");
    this.log = join(state, "events.json");
    this.environment = {
      ...process.env,
      ...pulumiEnvironment(pulumi),
      // As the Automation API does for --event-log.
      PULUMI_DEBUG_COMMANDS: "true",
      PULUMI_BACKEND_URL: `file://${state}`,
    };
  }

  async init(): Promise<void> {
    await this.run(["stack", "init"]);
  }

  async preview(environment: NodeJS.ProcessEnv = {}): Promise<readonly Step[]> {
    rmSync(this.log, { force: true });
    try {
      // What was only adopted is on no Engine: a refresh would drop it.
      const output = await this.run(
        ["preview", "--json", "--show-sames", "--refresh=false", "--event-log", this.log],
        environment,
      );
      return (JSON.parse(output) as { readonly steps?: readonly Step[] }).steps ?? [];
    } catch (error) {
      const failures = new FailureRecorder();
      this.events().forEach(failures.onEvent);
      throw failures.reason === undefined ? error : new UserError(failures.code, failures.reason);
    }
  }

  /** Takes what the last preview creates for created. */
  async adopt(steps: readonly Step[]): Promise<undefined> {
    const file = join(this.state, "adopted.json");
    const exported = JSON.parse(await this.run(["stack", "export"])) as PlannedState;
    const state = toState(exported, steps, this.events());
    writeFileSync(file, JSON.stringify(state));
    await this.run(["stack", "import", "--file", file]);
  }

  private events(): readonly EngineEvent[] {
    if (!existsSync(this.log)) return [];
    const lines = readFileSync(this.log, "utf8").split("\n").filter(Boolean);
    return lines.map((line) => JSON.parse(line) as EngineEvent);
  }

  private async run(args: readonly string[], environment: NodeJS.ProcessEnv = {}): Promise<string> {
    const [verb = "", ...rest] = args;
    const noun = verb === "stack" ? [verb, ...rest.splice(0, 1)] : [verb];
    return run(this.pulumi, [...noun, "--non-interactive", "--stack", this.name, ...rest], {
      cwd: this.cwd,
      env: { ...this.environment, ...environment },
    });
  }
}
