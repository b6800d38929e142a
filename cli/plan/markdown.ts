import { violationLine } from "../../policy/evaluate";
import { commandType, containerType } from "../../policy/policies/of-type";
import { secretLooking } from "../../policy/policies/secrets";
import { isUnknown } from "../../policy/unknown";
import type { Comparison } from "./compare";
import { differences, type PlannedResource, type PropertyChange } from "./plan";
import type { PolicyReport } from "./policies";

/** GitHub refuses a comment of more than 65536 characters. */
const longest = 60_000;

/** By this the comment is found again, to be updated. */
export const marker = "<!-- kalisi: plan -->";

/** A plan as a pull request's comment. */
export function toMarkdown(
  { base, head, edited, plan, baseProblem }: Comparison,
  policies: PolicyReport,
): string {
  const custom = plan.filter((resource) => resource.custom);
  const changed = custom.filter(({ change }) => change !== "unchanged");
  const text = [
    marker,
    `### Plan: ${summarize(changed)}`,
    "",
    baseProblem === undefined
      ? `\`${short(head)}\`${edited ? ", with edits that are not committed," : ""} on a stack that is up as \`${short(base)}\` declares it.`
      : `\`${short(head)}\` on an empty stack: \`${short(base)}\` gives no plan to compare with.`,
    ...(baseProblem === undefined ? [] : ["", ...quote(baseProblem)]),
    "",
    ...(changed.length === 0 ? [] : [...table(changed), ""]),
    `${custom.length - changed.length} resources stay as they are. ${policies.checked}.`,
    ...(policies.violations.length === 0 ? [] : ["", ...policies.violations.map(violation)]),
    "",
  ].join("\n");
  return text.length <= longest ? text : `${text.slice(0, longest)}\n\nThe rest is left out.\n`;
}

function summarize(changed: readonly PlannedResource[]): string {
  const counts = (["created", "updated", "replaced", "deleted"] as const)
    .map((change) => [changed.filter((one) => one.change === change).length, change] as const)
    .filter(([count]) => count > 0)
    .map(([count, change]) => `${count} ${change}`);
  return counts.length === 0 ? "nothing changes" : counts.join(", ");
}

function table(changed: readonly PlannedResource[]): readonly string[] {
  return [
    "| resource | type | is | because of |",
    "| --- | --- | --- | --- |",
    ...changed.map(row),
  ];
}

function row(resource: PlannedResource): string {
  const { name, type, change, before, inputs } = resource;
  const reasons =
    change === "updated" || change === "replaced"
      ? differences(before, inputs).map((difference) => reason(difference))
      : [];
  return `| ${[code(name), code(type), change, reasons.join("<br>")].join(" | ")} |`;
}

function reason({ path, before, after }: PropertyChange): string {
  if (isUnknown(after)) return `${code(path)}: a new one`;
  const values = [before, after].map((value) => shownValue(path, value));
  return values.includes(undefined) ? code(path) : `${code(path)}: ${values.join(" → ")}`;
}

/** How long a value may be to be shown. */
const longestValue = 80;

/** A value as it is shown; undefined where it is too long, no single value, or looks like a secret. */
function shownValue(path: string, value: unknown): string | undefined {
  if (value === undefined) return "none";
  if (typeof value !== "string") {
    return typeof value === "object" ? undefined : code(JSON.stringify(value));
  }
  const name = path.split(".").at(-1) ?? path;
  const isSecret = [
    ...secretLooking(commandType, { environment: { [name]: value } }, []),
    ...secretLooking(containerType, { envs: [value] }, []),
  ].some(Boolean);
  return isSecret || value.length > longestValue || value.includes("\n")
    ? undefined
    : code(value.replace(/\b([0-9a-f]{12})[0-9a-f]{28,}\b/g, "$1…"));
}

function violation(one: PolicyReport["violations"][number]): string {
  return `- ${escape(violationLine(one))}`;
}

function quote(text: string): readonly string[] {
  return text.split("\n").map((line) => `> ${escape(line)}`);
}

/** Text that a change chooses must not become markup, a mention or another cell. */
function code(text: string): string {
  return `<code>${escape(text)}</code>`;
}

function escape(text: string): string {
  return text.replace(/[&<>|@#*_`[\]\\!\n\r]/g, (character) => `&#${character.charCodeAt(0)};`);
}

function short(commit: string): string {
  return commit.slice(0, 12);
}
