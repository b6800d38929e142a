import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fillIn } from "../../cli/setup/env-file";
import { checkEnvFile } from "../../config/env-file";

const root = join(__dirname, "..", "..");

describe("the runtime settings", () => {
  const good = [
    "JWT_SECRET=a",
    "REDIS_URL=redis://localhost:6379",
    "ENVIRONMENT=production",
    "NEO4J_URI=bolt://localhost:7687",
    "NEO4J_USERNAME=neo4j # the default user",
    "NEO4J_PASSWORD=long-enough",
    "NEO4J_DATABASE=neo4j",
    "MFA_REQUIRED=true",
    'MFA_ISSUER="Kalisi <dev>"',
    "ENABLE_HTTPS=true",
    "HTTPS_PORT=8443",
  ];

  test("a whole file has no problem", () => {
    expect(checkEnvFile(good.join("\n"), ".env")).toStrictEqual([]);
  });

  test.each([
    ["JWT_SECRET", "", "is missing"],
    ["NEO4J_USERNAME", "", "is missing"],
    [
      "NEO4J_PASSWORD",
      "NEO4J_PASSWORD=short",
      "is shorter than the 8 characters that Neo4j asks for",
    ],
    ["ENABLE_HTTPS", "ENABLE_HTTPS=false", "must be true: only HTTPS is published"],
    ["HTTPS_PORT", "HTTPS_PORT=443", "must be 8443, the container's port that is published"],
  ])("%s as %j: %s", (variable, replacement, problem) => {
    const content = good.map((line) => (line.startsWith(`${variable}=`) ? replacement : line));
    const problems = checkEnvFile(content.join("\n"), ".env");
    expect(problems).toMatchObject([{ setting: `${variable} in .env`, problem }]);
    expect(JSON.stringify(problems)).not.toContain('short"');
  });

  test("the example, filled in, is whole, and no two are alike", () => {
    const example = readFileSync(join(root, "examples", "source", ".env.example"), "utf8");
    const [one, other] = [fillIn(example), fillIn(example)];
    expect(checkEnvFile(one, ".env")).toStrictEqual([]);
    expect(one).not.toBe(other);
    expect(one).toHaveLength(other.length);
  });
});
