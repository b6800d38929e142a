import { checkEnvFile } from "../../../config/files/env-file";
import { good, readInContainer, withLine } from "../../support/env-file";

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
