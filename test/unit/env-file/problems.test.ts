import { checkEnvFile } from "../../../config/files/env-file";
import { good, withLine } from "../../support/env-file";

test("a whole file has no problem, and nothing to warn of", () => {
  expect(checkEnvFile(good.join("\n"), ".env")).toStrictEqual({ problems: [], warnings: [] });
});

const leadingElsewhere = (variable: string, port: number, addresses: readonly string[]) =>
  addresses.map(
    (address) =>
      [
        variable,
        `${variable}=${address}`,
        `leads elsewhere than to port ${port} of localhost: the container's own is the only one that is set up`,
      ] as const,
  );

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
  ["NEO4J_USERNAME", "NEO4J_USERNAME=canary", "must be neo4j: the database has no other user"],
  [
    "NEO4J_DATABASE",
    "NEO4J_DATABASE=canary",
    "must be neo4j: Neo4j's Community edition has no other",
  ],
  [
    "NEO4J_URI",
    "NEO4J_URI=bolt+s://localhost:7687",
    "asks for TLS, which Neo4j in the container does not speak",
  ],
  ...leadingElsewhere("NEO4J_URI", 7687, [
    "bolt://canary:7687",
    "neo4j://[::1]:7687",
    "bolt://localhost:7474",
  ]),
  [
    "REDIS_URL",
    "REDIS_URL=rediss://canary:6379",
    "asks for TLS, which Redis in the container does not speak",
  ],
  [
    "REDIS_URL",
    "REDIS_URL=redis://:canary@redis:6379",
    "has a user or a password, and Redis in the container asks for none",
  ],
  ...leadingElsewhere("REDIS_URL", 6379, [
    "redis://canary:6379",
    "redis://[::1]:6379",
    "redis://localhost:6380",
  ]),
  [
    "REDIS_URL",
    "REDIS_URL=redis://localhost/16",
    "names a database that Redis does not have: there are those from 0 to 15",
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
  [
    "PORT",
    "PORT=8443",
    "expected a port that nothing else in the container has: not 22, 8443, 6379, 7474, 7687, 8081",
  ],
  [
    "PORT",
    "PORT=70000",
    "expected a port that nothing else in the container has: not 22, 8443, 6379, 7474, 7687, 8081",
  ],
  [
    "PORT",
    "PORT=6379",
    "expected a port that nothing else in the container has: not 22, 8443, 6379, 7474, 7687, 8081",
  ],
  [
    "BIND_ADDRESS",
    "BIND_ADDRESS=127.0.0.1",
    "must be 0.0.0.0: what is published would not reach the gateway",
  ],
])("%s besides, as %j: %s", (variable, line, problem) => {
  const { problems } = checkEnvFile([...good, line].join("\n"), ".env");
  expect(problems).toMatchObject([{ setting: `${variable} in .env`, problem }]);
  expect(JSON.stringify(problems)).not.toContain("canary");
});

test.each([
  ["REDIS_URL", "redis://localhost"],
  ["REDIS_URL", "redis://127.0.0.1:6379/3?protocol=resp3"],
  ["NEO4J_URI", "neo4j://127.0.0.1"],
  ["NEO4J_DATABASE", "Neo4j"],
])("%s=%s leads to the container's own", (variable, value) => {
  expect(checkEnvFile(withLine(variable, `${variable}=${value}`), ".env").problems).toEqual([]);
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
