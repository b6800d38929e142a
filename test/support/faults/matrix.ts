import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What kinds of faults are tried, in the order of the table. */
export const groups = [
  "A process is killed",
  "The container is killed, stopped or restarted",
  "The Docker daemon fails",
  "The memory runs out",
  "A disk is full",
  "The power fails",
  "A settings file is edited into nonsense",
  "Pulumi is killed",
  "A file is cut short",
  "The clock is set",
  "The stack is removed and made again",
] as const;

export type Group = (typeof groups)[number];

/** What became of a fault. */
export interface Outcome {
  /** What a user sees of it, as the test has seen it. */
  readonly sees: string;
  /** From the fault, or from what the user does about it, until all is healthy. */
  readonly seconds: number;
  /** What a writer was told to be written; none where the test's image has no stores. */
  readonly writes?: { readonly acknowledged: number; readonly lost: number };
}

/** A row of the table; without an outcome it was tried and not survived. */
export interface Row {
  readonly group: Group;
  /** Its place among the others of its file. */
  readonly at: number;
  readonly fault: string;
  readonly outcome?: Outcome;
}

/** Keeps a row for the end of the run, in place of an earlier one of the same fault. */
export function keep(folder: string, row: Row): void {
  mkdirSync(folder, { recursive: true });
  const name = `${row.group} ${row.fault}`.replaceAll(/[^\w-]+/g, "_");
  writeFileSync(join(folder, `${name}.json`), JSON.stringify(row));
}

export function readRows(folder: string): readonly Row[] {
  return readdirSync(folder)
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Row)
    .sort(
      (a, b) =>
        groups.indexOf(a.group) - groups.indexOf(b.group) ||
        a.at - b.at ||
        (a.fault < b.fault ? -1 : 1),
    );
}

export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

/** The two sentences that count. */
export function sumUp(rows: readonly Row[]): string {
  const survived = rows.filter(({ outcome }) => outcome !== undefined).length;
  const sum = (of: "acknowledged" | "lost") =>
    rows.reduce((total, { outcome }) => total + (outcome?.writes?.[of] ?? 0), 0);
  return (
    `Faults survived: ${survived} of ${rows.length}. ` +
    `Acknowledged writes lost: ${sum("lost")} of ${sum("acknowledged")}.`
  );
}

/** As Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const header = [
    "fault",
    "what the user sees",
    "seconds until healthy",
    "acknowledged writes lost",
  ];
  const lines = rows.map(({ fault, outcome }) =>
    outcome === undefined
      ? [fault, "not survived", "", ""]
      : [
          fault,
          outcome.sees,
          outcome.seconds.toFixed(1),
          outcome.writes === undefined
            ? "no stores"
            : `${outcome.writes.lost} of ${outcome.writes.acknowledged}`,
        ],
  );
  return [header, header.map(() => "---"), ...lines]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`)
    .join("\n");
}

/** The whole of what docs/reliability.md is given. */
export function render(rows: readonly Row[]): string {
  const parts = groups
    .map((group) => ({ group, own: rows.filter((row) => row.group === group) }))
    .filter(({ own }) => own.length > 0);
  const titled = parts.map(({ group, own }) => `### ${group}\n\n${tableOf(own)}`);
  return [`**${sumUp(rows)}**`, ...titled].join("\n\n");
}
