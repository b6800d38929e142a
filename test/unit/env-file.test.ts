import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fillIn } from "../../cli/setup/env-file";
import { checkEnvFile } from "../../config/files/env-file";
import { readEnvFileLines } from "../../config/files/env-file-lines";

const root = join(__dirname, "..", "..");

const good = [
  "JWT_SECRET=a",
  "REDIS_URL=redis://localhost:6379",
  "ENVIRONMENT=production",
  "NEO4J_URI=bolt://localhost:7687",
  "NEO4J_USERNAME=neo4j # the default user",
  "NEO4J_PASSWORD=canary-long-enough",
  "NEO4J_DATABASE=neo4j",
  "MFA_REQUIRED=true",
  'MFA_ISSUER="Kalisi <dev>"',
  "ENABLE_HTTPS=true",
  "HTTPS_PORT=8443",
];

/** The good file with a variable's line replaced. */
function withLine(variable: string, replacement: string): string {
  return good.map((line) => (line.startsWith(`${variable}=`) ? replacement : line)).join("\n");
}

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

describe("a name on several lines", () => {
  const path = "my files/.env";
  const check = (...lines: readonly string[]) => checkEnvFile([...good, ...lines].join("\n"), path);

  test.each(["JWT_SECRET=a", "JWT_SECRET='a' # again", "MFA_REQUIRED=true\nMFA_REQUIRED=true"])(
    "%j, all with the same value, is nothing to tell",
    (line) => {
      expect(check(line)).toStrictEqual({ problems: [], warnings: [] });
    },
  );

  test("of different values is warned of, with the line that counts", () => {
    expect(check("RUST_LOG=canary", "RUST_LOG=info", "RUST_LOG=canary")).toStrictEqual({
      problems: [],
      warnings: [
        `${path}: RUST_LOG is set with different values on lines 12, 13 and 14: line 14 is used`,
      ],
    });
    expect(readInContainer("RUST_LOG=first\nRUST_LOG=last")).toStrictEqual({ RUST_LOG: "last" });
  });

  test.each([
    ["JWT_SECRET=canary", 1],
    ["NEO4J_PASSWORD=canary-as-long", 6],
    ["REDIS_URL=redis://canary:6379", 2],
  ])("%j is refused: it decides who gets in or where data goes", (line, first) => {
    const name = line.replace(/=.*/, "");
    expect(check(line)).toStrictEqual({
      problems: [
        {
          setting: `${name} in ${path}`,
          problem: `is set with different values on lines ${first} and 12, and decides who gets in or where data goes`,
          fix: `keep one of these lines: '${path}'`,
        },
      ],
      warnings: [],
    });
  });
});

test("a byte order mark is told alone: what it does to the rest is no news", () => {
  expect(checkEnvFile(`\uFEFF${good.join("\n")}`, ".env").problems).toMatchObject([
    { setting: ".env, line 1", fix: "save it as UTF-8 without one" },
  ]);
});

test("what decides which program runs is warned of, and left out", () => {
  const lines = ["PATH=/canary", "HOME=/canary", "LD_PRELOAD=canary", "UID=1000"];
  expect(checkEnvFile([...good, ...lines].join("\n"), ".env")).toStrictEqual({
    problems: [],
    warnings: [
      ".env: not passed on to the services, as it decides which program runs: PATH, HOME, LD_PRELOAD",
    ],
  });
  expect(readInContainer(lines.join("\n"))).toStrictEqual({ UID: "1000" });
});

test("placeholders and secrets that everybody knows are warned of by name, in one line each", () => {
  const content = [
    withLine("NEO4J_PASSWORD", "NEO4J_PASSWORD=kalisi-neo4j"),
    "CLAUDE_API_KEY=sk-ant-api03-your_claude_api_key_here",
    "TEST_PASSWORD=your_secure_test_password",
    "ENCRYPTION_KEY=change-me",
  ].join("\n");
  expect(checkEnvFile(content, ".env")).toStrictEqual({
    problems: [],
    warnings: [
      ".env: the value of NEO4J_PASSWORD is publicly known: choose one of your own",
      ".env: still a placeholder: CLAUDE_API_KEY, TEST_PASSWORD, ENCRYPTION_KEY",
    ],
  });
});

test("every secret of the public guide is known as such", () => {
  const guide = [
    "Hliw4fUOML37cy03IquVSSiV4w3gsdYA0Ft4ykyn3oVkL9u6665xyzQPnhvScsRKZCkf/jYI11aLI8x1aPpVQA==",
    "563a11e8249639f185e6e4736bf20aa0bd1471c8f31a918aa43cd21e89a7c817",
    "your_secure_test_password",
    "your_neo4j_password_here",
    "sk-ant-api03-your_claude_api_key_here",
    "re_your_resend_api_key_here",
    "your_base64_encoded_field_encryption_key",
  ];
  const content = guide.map((value, index) => `SECRET_${index}=${value}`).join("\n");
  expect(
    checkEnvFile(content, ".env")
      .warnings.join("\n")
      .match(/SECRET_\d/g),
  ).toHaveLength(7);
});

/** What the program in the container makes of a file. */
function readInContainer(content: string): Readonly<Record<string, string>> | string {
  const program = join(root, "docker/rootfs/usr/local/lib/kalisi/parse-env.mjs");
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], {
    input: content,
    encoding: "utf8",
  });
  const pairs = stdout.split("\0").slice(0, -1);
  return status === 0
    ? Object.fromEntries(
        pairs.map((pair) => [pair.replace(/=.*$/s, ""), pair.replace(/^[^=]*=/, "")] as const),
      )
    : stderr.trim();
}

describe("this machine and the container", () => {
  test.each([
    ["A=b"],
    ["export A=b"],
    [" A = b "],
    ["A="],
    ["A=b=c"],
    ["A=b # c"],
    ['A="b # c" # d'],
    ["A='b'"],
    ["A=`b`"],
    ["A=it's"],
    ['A="a\\nb"'],
    ['A="line 1\nline 2"\nB=2'],
    ["A=$HOME$(id)`id`;id"],
    ["A=1\r\nB=2\r\n"],
    ["# A=1\n\nB=2"],
    ["A= # nothing\nB=2"],
  ])("read %j alike", (content) => {
    const { entries, problems } = readEnvFileLines(content);
    expect(problems).toStrictEqual([]);
    expect(readInContainer(content)).toStrictEqual(
      Object.fromEntries(entries.map(({ name, value }) => [name, value])),
    );
  });

  test.each([
    ["A", 1],
    ["A=1\nnonsense", 2],
    ["A:1", 1],
    ["A: 1", 1],
    ["1A=2", 1],
    ["A.B=1", 1],
    ["A-B=1", 1],
    ["A B=1", 1],
    ["=1", 1],
    ['A=1\nB="not closed\nC=2', 2],
  ])("refuse %j", (content, line) => {
    expect(readEnvFileLines(content).problems).toMatchObject([{ line }]);
    expect(readInContainer(content)).toMatch(new RegExp(`, line ${line}: `));
  });

  test.each([
    ["\uFEFFA=1", "begins with a byte order mark"],
    ["A=b#c", "programs read this value differently"],
    ['A="x" y', "programs read this value differently"],
    ["A='it''s'", "programs read this value differently"],
    ['A="x\\"y"', "programs read this value differently"],
  ])("%j is refused here, before a service reads it in its own way", (content, problem) => {
    expect(
      readEnvFileLines(content).problems.map((found) => `${found.line}: ${found.problem}`),
    ).toStrictEqual([expect.stringMatching(`^1: ${problem}`)]);
  });
});

test("the example, filled in, is whole, and no two are alike", () => {
  const example = readFileSync(join(root, "examples", "source", ".env.example"), "utf8");
  const [one, other] = [fillIn(example), fillIn(example)];
  expect(checkEnvFile(one.content, ".env")).toStrictEqual({ problems: [], warnings: [] });
  expect(one.generated).toContain("NEO4J_PASSWORD");
  expect(one.leftOut).toStrictEqual(["CLAUDE_API_KEY", "RESEND_API_KEY"]);
  for (const name of one.generated) {
    const line = new RegExp(`^${name}=(.+)$`, "m");
    expect(line.exec(one.content)?.[1]).not.toBe(line.exec(other.content)?.[1]);
  }
});

test("an example that lacks what is needed, or has another port, gives a whole file all the same", () => {
  const example = ["HTTPS_PORT=443", "TEST_USER_EMAIL=a@b.c", "TEST_USER_EMAIL=b@b.c", "A='it is'"];
  const { content, generated } = fillIn(example.join("\r\n"));
  expect(checkEnvFile(content, ".env")).toStrictEqual({ problems: [], warnings: [] });
  expect(generated).toStrictEqual(["JWT_SECRET", "NEO4J_PASSWORD"]);
  expect(content).toMatch(
    /^HTTPS_PORT=8443\nTEST_USER_EMAIL=a@b\.c\n# set above: TEST_USER_EMAIL\nA='it is'\n/,
  );
});
