import { whyNotRestorable } from "../../../cli/backup/versions";

const versions = { neo4j: "5.26.28", redis: "8.0.2", project: "0.1.0", architecture: "x86_64" };

test.each([
  ["the same", {}, /^restorable$/],
  ["an older Neo4j", { neo4j: "5.20.1" }, /^restorable$/],
  ["another patch level", { neo4j: "5.26.30", redis: "8.0.9" }, /^restorable$/],
  ["a newer Neo4j", { neo4j: "2026.1.0" }, /Neo4j 2026\.1\.0/],
  ["a newer Redis", { redis: "8.2.0" }, /Redis 8\.2\.0/],
  ["another architecture", { architecture: "aarch64" }, /aarch64/],
])("%s", (_, changes, expected) => {
  const problem = whyNotRestorable({ ...versions, ...changes }, versions);
  expect(problem ?? "restorable").toMatch(expected);
});
