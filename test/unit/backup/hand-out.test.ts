import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { handOut } from "../../../cli/backup/hand-out";
import { useFolder } from "../../support/files";

const root = useFolder();
const present = join(root, ".env");
const folder = join(root, ".kalisi", "restored");

const own = "SAME=1\nCHANGED=own\nGONE=x\n";
const restored = Buffer.from("# of the backup\nSAME='1'\nCHANGED=theirs\nNEW=y\n");

beforeEach(() => {
  rmSync(join(root, ".kalisi"), { recursive: true, force: true });
  writeFileSync(present, own);
});

test("the very same file is written nowhere", () => {
  expect(handOut(root, "dev", Buffer.from(own), present)).toStrictEqual({ differing: [] });
  expect(readdirSync(root)).toStrictEqual([".env"]);
});

test("another one goes beside, for its user alone, and is told by the names that differ", () => {
  const handedOut = handOut(root, "acme/dev", restored, present);
  expect(handedOut).toStrictEqual({
    file: join(folder, "acme-dev.env"),
    differing: ["CHANGED", "GONE", "NEW"],
  });
  expect(readFileSync(join(folder, "acme-dev.env"))).toStrictEqual(restored);
  expect(statSync(join(folder, "acme-dev.env")).mode & 0o777).toBe(0o600);
  expect(statSync(folder).mode & 0o777).toBe(0o700);
  expect(readFileSync(present, "utf8")).toBe(own);
});

test("one of an earlier restore stays, and the same is taken again", () => {
  const plain = join(folder, "dev.env");
  expect(handOut(root, "dev", restored, present).file).toBe(plain);
  expect(handOut(root, "dev", restored, present).file).toBe(plain);
  const { file } = handOut(root, "dev", Buffer.from("A=later\n"), present);
  expect(basename(file ?? "")).toMatch(/^dev-\d{4}-\d\d-\d\dT[\d.]+Z\.env$/);
  expect(readFileSync(plain)).toStrictEqual(restored);
  expect(readFileSync(file ?? "", "utf8")).toBe("A=later\n");
});

test("where there is no present one, all of it differs", () => {
  expect(handOut(root, "dev", restored, join(root, "no/.env"))).toStrictEqual({
    file: join(folder, "dev.env"),
    differing: ["CHANGED", "NEW", "SAME"],
  });
});
