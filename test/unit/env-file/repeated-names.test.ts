import { checkEnvFile } from "../../../config/files/env-file";
import { good, readInContainer } from "../../support/env-file";

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
    ["REDIS_URL=redis://localhost:6379/1", 2],
  ])("%j is refused: it decides who gets in or where data goes", (line, first) => {
    const name = line.replace(/=.*/, "");
    expect(check(line)).toStrictEqual({
      problems: [
        {
          code: "KALISI-ENV-DUPLICATE",
          setting: `${name} in ${path}`,
          problem: `is set with different values on lines ${first} and 12, and decides who gets in or where data goes`,
          fix: `keep one of these lines: '${path}'`,
        },
      ],
      warnings: [],
    });
  });
});
