import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { withoutEchoes } from "../../cli/plan/compare";
import { toPlan, type Step } from "../../cli/plan/plan";
import { toState, type PlannedState } from "../../cli/plan/state";

const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const unknownList = "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2";

interface Resource {
  readonly urn: string;
  readonly type: string;
  readonly inputs?: object;
  readonly outputs?: Readonly<Record<string, unknown>>;
}

function read(name: string): unknown {
  const path = join(__dirname, "..", "fixtures", "official-plugins", `${name}.json`);
  return JSON.parse(readFileSync(path, "utf8"));
}

const base = read("steps-base") as readonly Step[];
const head = read("steps-head") as readonly Step[];
const adopted = read("adopted-state") as PlannedState;
const resources = adopted.deployment["resources"] as readonly Resource[];

/** What the engine's events say of each planned resource: its outputs, those with no value yet as well. */
const events = resources.map(({ urn, type, inputs, outputs }) => {
  const planned = {
    urn,
    type,
    inputs,
    outputs: { ...outputs, shmSize: unknownText, networkDatas: unknownList, id: unknownText },
  };
  return {
    resourcePreEvent: { metadata: { urn, new: planned } },
    resOutputsEvent: { metadata: { urn, new: planned } },
  } as unknown as EngineEvent;
});

describe("the official plugins", () => {
  const state = toState({ version: 3, deployment: {} }, base, events);
  const made = state.deployment["resources"] as readonly Resource[];
  const outputsOf = (type: string, of = made) => of.find((each) => each.type === type)?.outputs;

  test("are given no text where they expect a number or a list", () => {
    expect(JSON.stringify(made)).not.toMatch(new RegExp(`${unknownText}|${unknownList}`));
    for (const { outputs } of made) expect(outputs).not.toHaveProperty("shmSize");
    expect(outputsOf("docker:index/container:Container")).toStrictEqual({
      ...outputsOf("docker:index/container:Container", resources),
      command: [],
      entrypoints: [],
      networkDatas: [],
    });
  });

  test("find in an image's state what it was built from", () => {
    const image = made.find(({ type }) => type === "docker:index/image:Image");
    expect(image?.outputs).toStrictEqual(outputsOf("docker:index/image:Image", resources));
    expect(image?.outputs?.["__inputs"]).toStrictEqual(image?.inputs);
  });

  test("see no change where there is none, nor in what depends on what only seems changed", () => {
    const plan = toPlan(head);
    expect(plan.filter(({ change }) => change !== "unchanged")).not.toStrictEqual([]);
    expect(withoutEchoes(plan).filter(({ change }) => change !== "unchanged")).toStrictEqual([]);
  });

  test("see a change that is one, in all that depends on it", () => {
    const edited = head.map((step) =>
      step.op === "replace" && step.urn.endsWith("container-run") && step.newState
        ? {
            ...step,
            newState: {
              ...step.newState,
              inputs: { ...step.newState.inputs, stopTimeout: 91 },
            },
          }
        : step,
    );
    const changed = withoutEchoes(toPlan(edited)).filter(({ change }) => change !== "unchanged");
    expect(changed.map(({ name }) => name)).toStrictEqual([
      "container-run",
      "health-wait",
      "ssh-keys-authorize",
    ]);
  });
});
