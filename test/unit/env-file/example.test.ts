import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fillIn } from "../../../cli/setup/env-file";
import { checkEnvFile } from "../../../config/files/env-file";

const root = join(__dirname, "..", "..", "..");

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
