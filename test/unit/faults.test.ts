import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ledger } from "../support/faults/ledger";
import { keep, readRows, render, type Row } from "../support/faults/matrix";

function ledgerOf(...lines: readonly string[]): Ledger {
  const ledger = new Ledger();
  for (const line of lines) ledger.add(line);
  return ledger;
}

describe("the ledger of acknowledged writes", () => {
  const acknowledged = ["neo4j 1-1", "set 1-1", "xadd 1700000000000-0", "incr 1", "incr 2"];

  test("misses nothing where the stores have all of it, and more", () => {
    const stores = ledgerOf(...acknowledged.slice(0, 3), "neo4j 1-2", "incr 3");
    expect(ledgerOf(...acknowledged).lostFrom(stores)).toStrictEqual([]);
  });

  test("names each write that the stores do not have", () => {
    const stores = ledgerOf("set 1-1", "incr 1");
    expect(ledgerOf(...acknowledged).lostFrom(stores)).toStrictEqual([
      "neo4j 1-1",
      "xadd 1700000000000-0",
      "incr 2",
    ]);
  });

  test("names a count that was given twice: the counter had gone back between", () => {
    const ledger = ledgerOf("incr 1", "incr 2", "incr 2", "incr 3");
    expect(ledger.lostFrom(ledgerOf("incr 3"))).toStrictEqual(["incr 2"]);
  });

  test("keeps what it is told of failures apart", () => {
    const ledger = ledgerOf(
      "error LOADING Redis is loading",
      "OCI runtime exec failed: no",
      "set 1",
    );
    expect(ledger.errors).toStrictEqual([
      "LOADING Redis is loading",
      "OCI runtime exec failed: no",
    ]);
    expect(ledger.total).toBe(1);
  });

  test("does not grow where it was copied", () => {
    const ledger = ledgerOf("set 1");
    const copy = ledger.now();
    ledger.add("set 2");
    expect([copy.total, ledger.total]).toStrictEqual([1, 2]);
  });
});

describe("the fault matrix", () => {
  let folder: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "kalisi-faults-"));
  });

  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const power: Row = {
    group: "The power fails",
    at: 1,
    fault: "under load",
    outcome: { sees: "a | b", seconds: 12.34, writes: { acknowledged: 100, lost: 2 } },
  };
  const kill: Row = { group: "A process is killed", at: 1, fault: "`kill -9` of redis" };

  test("counts what was tried, survived, acknowledged and lost, and shows each fault in its place", () => {
    keep(folder, power);
    keep(folder, kill);
    const text = render(readRows(folder));
    expect(text.split("\n")).toStrictEqual([
      "**Faults survived: 1 of 2. Acknowledged writes lost: 2 of 100.**",
      "",
      "### A process is killed",
      "",
      "| fault | what the user sees | seconds until healthy | acknowledged writes lost |",
      "| --- | --- | --- | --- |",
      "| `kill -9` of redis | not survived |  |  |",
      "",
      "### The power fails",
      "",
      "| fault | what the user sees | seconds until healthy | acknowledged writes lost |",
      "| --- | --- | --- | --- |",
      String.raw`| under load | a \| b | 12.3 | 2 of 100 |`,
    ]);
  });

  test("keeps the last of a fault's rows", () => {
    keep(folder, { group: power.group, at: 1, fault: power.fault });
    keep(folder, power);
    expect(readRows(folder)).toStrictEqual([power]);
  });
});
