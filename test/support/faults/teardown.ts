import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { root } from "../image/declared";
import { readRows, render, sumUp } from "./matrix";

const part = /(<!-- faults: begin -->\n)[\s\S]*(<!-- faults: end -->)/;

/** Says what became of the faults, and writes docs/reliability.md where all of them were tried. */
export default async function tearDown(jest: {
  readonly testPathPatterns: { readonly patterns: readonly string[] };
}): Promise<void> {
  const folder = process.env["KALISI_FAULTS_ROWS"] ?? "";
  const rows = readRows(folder);
  rmSync(folder, { recursive: true });
  if (rows.length === 0) return;
  console.log(`\n${sumUp(rows)}\n${render(rows)}`);
  if (process.env["KALISI_FAULTS"] !== "all" || jest.testPathPatterns.patterns.length > 0) {
    return;
  }
  const path = join(root, "docs", "reliability.md");
  const text = readFileSync(path, "utf8").replace(
    part,
    (_, begin: string, end: string) => `${begin}\n${render(rows)}\n\n${end}`,
  );
  writeFileSync(path, await format(text, { ...(await resolveConfig(path)), filepath: path }));
}
