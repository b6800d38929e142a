import type { Comparison } from "../../cli/plan/compare";
import { marker, toMarkdown } from "../../cli/plan/markdown";
import { differences, toPlan, type Step } from "../../cli/plan/plan";
import type { PolicyReport } from "../../cli/plan/policies";

const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
const urn = (name: string) => `urn:pulumi:ci::kalisi::docker:index/container:Container::${name}`;
const state = (name: string, inputs: object = {}) => ({
  urn: urn(name),
  type: "docker:index/container:Container",
  custom: true,
  inputs: { ...inputs },
});
const step = (op: Step["op"], name: string, before?: object, after?: object): Step => ({
  op,
  urn: urn(name),
  oldState: before && state(name, before),
  newState: after && state(name, after),
});

describe("a plan", () => {
  test("has each resource once, with what is done to it in the end", () => {
    const plan = toPlan([
      step("refresh", "a", {}, {}),
      step("same", "a", {}, {}),
      step("create", "b", undefined, {}),
      step("delete-replaced", "c", { memory: 1 }),
      step("replace", "c", { memory: 1 }, { memory: 2 }),
      step("create-replacement", "c", { memory: 1 }, { memory: 2 }),
      step("update", "d", {}, {}),
      step("delete", "e", {}),
      step("refresh", "f", {}, {}),
    ]);
    expect(plan.map(({ name, change }) => [name, change])).toStrictEqual([
      ["a", "unchanged"],
      ["b", "created"],
      ["c", "replaced"],
      ["d", "updated"],
      ["e", "deleted"],
    ]);
    expect(plan[2]).toMatchObject({ before: { memory: 1 }, inputs: { memory: 2 } });
  });

  test("is judged by what it leaves behind, also where the old one goes last", () => {
    const [only] = toPlan([
      step("create-replacement", "c", { memory: 1 }, { memory: 2 }),
      step("replace", "c", { memory: 1 }, { memory: 2 }),
      step("delete-replaced", "c", { memory: 1 }),
    ]);
    expect(only).toMatchObject({ change: "replaced", inputs: { memory: 2 } });
  });

  test("differs by single properties", () => {
    const before = { ports: [{ external: 1 }], same: { a: 1 }, gone: "x", __defaults: [] };
    const after = { ports: [{ external: 2 }, { external: 3 }], same: { a: 1 }, image: unknown };
    expect(differences(before, after)).toStrictEqual([
      { path: "ports[0].external", before: 1, after: 2 },
      { path: "ports[1]", before: undefined, after: { external: 3 } },
      { path: "gone", before: "x", after: undefined },
      { path: "image", before: undefined, after: unknown },
    ]);
    expect(differences({ image: unknown }, { image: unknown })).toHaveLength(1);
  });
});

const noViolation: PolicyReport = {
  checked: "Policies: 12 checked",
  violations: [],
  refused: false,
};

function comment(steps: readonly Step[], policies = noViolation, more: Partial<Comparison> = {}) {
  const commits = { base: "b".repeat(40), head: "a".repeat(40), edited: false };
  return toMarkdown({ ...commits, plan: toPlan(steps), ...more }, policies);
}

describe("a plan as a comment", () => {
  test("begins with the marker, says what happens, and names both commits", () => {
    const text = comment([
      step("create", "new", undefined, { memory: 1 }),
      step("update", "kept", { memory: 1024 }, { memory: 2048 }),
      step("same", "other", {}, {}),
    ]);
    expect(text.split("\n").slice(0, 4)).toStrictEqual([
      marker,
      "### Plan: 1 created, 1 updated",
      "",
      `\`${"a".repeat(12)}\` on a stack that is up as \`${"b".repeat(12)}\` declares it.`,
    ]);
    expect(text).toContain("<code>memory</code>: <code>1024</code> → <code>2048</code>");
    expect(text).toContain("1 resources stay as they are. Policies: 12 checked.");
  });

  test("says that nothing changes, without a table", () => {
    const text = comment([step("same", "other", {}, {})]);
    expect(text).toContain("### Plan: nothing changes");
    expect(text).not.toContain("| resource |");
  });

  test("says where the base gives no plan, and where edits are not committed", () => {
    const text = comment([], noViolation, { baseProblem: "broken\nconfig", edited: true });
    expect(text).toContain("gives no plan to compare with");
    expect(text).toContain("> broken\n> config");
    expect(comment([], noViolation, { edited: true })).toContain("edits that are not committed");
  });

  test.each([
    ["a secret's name", { x: { API_TOKEN: "a" } }, { x: { API_TOKEN: "canary" } }],
    ["a secret's value", { note: "a" }, { note: `ghp_canary${"a".repeat(36)}` }],
    ["a variable of a secret's name", { envs: ["A=1"] }, { envs: ["NEO4J_PASSWORD=canary"] }],
    ["a long text", { stdin: "a" }, { stdin: "canary".repeat(20) }],
    ["several lines", { stdin: "a" }, { stdin: "canary\n" }],
  ])("shows no value for %s", (_, before, after) => {
    const text = comment([step("update", "kept", before, after)]);
    expect(text).toContain("1 updated");
    expect(text).not.toContain("canary");
  });

  test("takes nothing that a change chooses for markup, a mention or a cell", () => {
    const evil = "</code>@all | [x](http://x)\n![i](x)";
    const policies = {
      ...noViolation,
      violations: [{ policy: "p", urn: urn("u"), level: "mandatory", message: evil }] as const,
    };
    const text = comment(
      [step("update", "kept", { name: "a" }, { name: evil.split("\n")[0] })],
      policies,
    );
    expect(text).not.toMatch(/<\/code>@|@all|\[x]|!\[/);
    const row = text.split("\n").find((line) => line.includes("kept"));
    expect(row?.split("|")).toHaveLength(6);
  });

  test("shortens digests, and calls what is not known yet a new one", () => {
    const digests = { digest: "0".repeat(64), image: "i" };
    const text = comment([
      step("update", "kept", digests, { digest: "1".repeat(64), image: unknown }),
    ]);
    expect(text).toContain("<code>000000000000…</code> → <code>111111111111…</code>");
    expect(text).toContain("<code>image</code>: a new one");
    expect(text).not.toContain(unknown);
  });

  test("fits into a comment", () => {
    const many = Array.from({ length: 3000 }, (_, at) => step("create", `r${at}`, undefined, {}));
    const text = comment(many);
    expect(text.length).toBeLessThan(65_536);
    expect(text).toMatch(/The rest is left out\.\n$/);
  });
});
