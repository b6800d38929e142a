import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloneLabel, stackLabel } from "../../config/engine/stack-owner";
import { forgetVolume, readLedger, recordVolumes } from "../../config/engine/volume-ledger";
import { claimOf, toEntry, type Evidence } from "../../config/engine/volume-owner";
import { writeText } from "../support/files";

const name = "kalisi-neo4j";
const owner = { stack: "dev", clone: "c1" };
const own = { [stackLabel]: "dev", [cloneLabel]: "c1" };
const engine = { id: "e1", machine: "m", platform: "linux/amd64", keepsCreation: true };
const made = "2026-01-01T00:00:00Z";
const later = "2026-01-02T00:00:00Z";
const entry = { name, engine: "e1", createdAt: made, labels: {} };
const none: Evidence = {
  owner,
  engine,
  ledger: [],
  mounted: new Set(),
  inState: new Set(),
  named: new Set(),
  configured: new Set(),
};
const it = new Set([name]);

describe("whose a volume is", () => {
  test.each([
    ["labelled as the stack's own", own, {}, "label"],
    ["without a label, of a name that is only derived", {}, {}, undefined],
    ["without a label, where the Engine says null", null, {}, undefined],
    ["another stack's of this clone", { ...own, [stackLabel]: "blue" }, {}, undefined],
    ["another clone's", { ...own, [cloneLabel]: "c2" }, {}, undefined],
    ["of half an owner", { [stackLabel]: "dev" }, {}, undefined],
    ["another clone's, and only in the state", { [cloneLabel]: "c2" }, { inState: it }, undefined],
    ["another clone's, and named", { ...own, [cloneLabel]: "c2" }, { named: it }, "named"],
    ["without a label, in the own container", {}, { mounted: it }, "container"],
    ["without a label, in the own state", {}, { inState: it }, "state"],
    ["without a label, and named", {}, { named: it }, "named"],
    ["without a label, and only configured", {}, { configured: it }, undefined],
    ["in the ledger", {}, { ledger: [entry] }, "ledger"],
    ["in the ledger of another Engine", {}, { ledger: [{ ...entry, engine: "e2" }] }, undefined],
    ["in the ledger, made anew", {}, { ledger: [{ ...entry, createdAt: later }] }, undefined],
    [
      "in the ledger, made anew, and in the state",
      {},
      { ledger: [{ ...entry, createdAt: later }], inState: it },
      undefined,
    ],
    [
      "in the ledger, made anew by another clone",
      { [cloneLabel]: "c2" },
      { ledger: [entry] },
      undefined,
    ],
    [
      "in the ledger, on an Engine whose times move",
      {},
      {
        ledger: [{ ...entry, createdAt: later }],
        engine: { ...engine, keepsCreation: false },
      },
      "ledger",
    ],
  ])("%s", (_, labels, evidence: Partial<Evidence>, claim) => {
    const found = claimOf({ name, labels, createdAt: made }, { ...none, ...evidence });
    expect(found).toBe(claim);
  });

  test("the former compose project's, where the configuration names it", () => {
    const volume = { name: "old_kalisi-neo4j", labels: {} };
    const configured = new Set([volume.name]);
    expect(claimOf(volume, { ...none, configured })).toBe("compose");
    expect(claimOf({ ...volume, labels: { [cloneLabel]: "c2" } }, { ...none, configured })).toBe(
      undefined,
    );
  });
});

describe("the ledger", () => {
  let root: string;

  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "kalisi-ledger-"));
  });

  afterEach(() => {
    rmSync(root, { recursive: true });
  });

  test("keeps what it is given, for its owner alone", () => {
    recordVolumes(root, "dev", [entry]);
    recordVolumes(root, "dev", [
      { ...entry, createdAt: later },
      { ...entry, name: "b" },
    ]);
    expect(readLedger(root, "dev")).toStrictEqual([
      { ...entry, createdAt: later },
      { ...entry, name: "b" },
    ]);
    expect(readLedger(root, "blue")).toStrictEqual([]);
    const path = join(root, ".kalisi", "volumes", "dev.json");
    expect(statSync(path).mode & 0o777).toBe(0o600);
    forgetVolume(root, "dev", "b", "e1");
    expect(readFileSync(path, "utf8")).not.toContain('"b"');
  });

  test.each(["", "{", '[{"name": 1}]'])("that is damaged (%j) says nothing", (text) => {
    writeText(join(root, ".kalisi", "volumes", "dev.json"), text);
    expect(readLedger(root, "dev")).toStrictEqual([]);
  });

  test("holds no time that the Engine does not keep", () => {
    const volume = { name, labels: null, createdAt: made };
    expect(toEntry(volume, engine)).toStrictEqual(entry);
    const rest = { name, engine: "e1", labels: {} };
    expect(toEntry(volume, { ...engine, keepsCreation: false })).toStrictEqual(rest);
  });
});
