import { checkEnvFile } from "../../../config/files/env-file";
import { good, withLine } from "../../support/env-file";

test("a whole file has no problem, and nothing to warn of", () => {
  expect(checkEnvFile(good.join("\n"), ".env")).toStrictEqual({ problems: [], warnings: [] });
});

test.each<readonly [variable: string, replacement: string, problem: string]>([
  ...[
    "JWT_SECRET",
    "REDIS_URL",
    "ENVIRONMENT",
    "NEO4J_URI",
    "NEO4J_USERNAME",
    "NEO4J_PASSWORD",
    "NEO4J_DATABASE",
    "MFA_REQUIRED",
    "MFA_ISSUER",
  ].flatMap((variable) => [
    [variable, "", "is missing"] as const,
    [variable, `${variable}=`, "is missing"] as const,
  ]),
  [
    "NEO4J_PASSWORD",
    "NEO4J_PASSWORD=canary",
    "is shorter than the 8 characters that Neo4j asks for",
  ],
  ["MFA_REQUIRED", "MFA_REQUIRED=True", "expected true or false, in small letters"],
  ["MFA_REQUIRED", "MFA_REQUIRED=1", "expected true or false, in small letters"],
  ["REDIS_URL", "REDIS_URL=localhost:6379", "expected an address such as redis://localhost:6379"],
  [
    "NEO4J_URI",
    "NEO4J_URI=http://canary:7474",
    "expected an address such as bolt://localhost:7687",
  ],
  ["ENABLE_HTTPS", "ENABLE_HTTPS=false", "must be true: only HTTPS is published"],
  [
    "HTTPS_PORT",
    "HTTPS_PORT=443",
    "must be 8443, the container's port that is published; the one on this machine is kalisi:gateway.port",
  ],
  [
    "HTTPS_PORT",
    "",
    "must be 8443, the container's port that is published; the one on this machine is kalisi:gateway.port",
  ],
])("%s as %j: %s", (variable, replacement, problem) => {
  const { problems } = checkEnvFile(withLine(variable, replacement), ".env");
  expect(problems).toMatchObject([{ setting: `${variable} in .env`, problem }]);
  expect(JSON.stringify(problems)).not.toContain("canary");
});

test.each([
  ["PORT", "PORT=8443", "expected a port other than 8443, which HTTPS needs"],
  ["PORT", "PORT=70000", "expected a port other than 8443, which HTTPS needs"],
  ["NEO4J_USER", "NEO4J_USER=canary", "differs from NEO4J_USERNAME"],
])("%s besides, as %j: %s", (variable, line, problem) => {
  const { problems } = checkEnvFile([...good, line].join("\n"), ".env");
  expect(problems).toMatchObject([{ setting: `${variable} in .env`, problem }]);
  expect(JSON.stringify(problems)).not.toContain("canary");
});

test("NEO4J_USER alone names the user as well", () => {
  const content = withLine("NEO4J_USERNAME", "NEO4J_USER=neo4j");
  expect(checkEnvFile(content, ".env").problems).toStrictEqual([]);
});

test("a byte order mark is told alone: what it does to the rest is no news", () => {
  expect(checkEnvFile(`\uFEFF${good.join("\n")}`, ".env").problems).toMatchObject([
    { setting: ".env, line 1", fix: "save it as UTF-8 without one" },
  ]);
});
