import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";

const root = join(__dirname, "..", "..");

test("each test that docs/engines.md names is there", () => {
  const document = readFileSync(join(root, "docs", "engines.md"), "utf8");
  const named = [...document.matchAll(/`((?:e2e|unit|wild)\/[a-z0-9/-]+)`/g)].map(([, at]) => at);
  expect(named.length).toBeGreaterThan(10);
  expect(named.filter((at) => !existsSync(join(root, "test", `${at}.test.ts`)))).toStrictEqual([]);
});
