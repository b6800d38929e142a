import { join } from "node:path";
import { arePackagesCurrent } from "../../cli/packages.cjs";

/**
 * Refuses to begin on packages that cli/bootstrap.cjs would install anew: the tests that run it in this tree would
 * replace node_modules while others read it.
 */
export default function refuseStalePackages(): void {
  if (!arePackagesCurrent(join(__dirname, "..", ".."))) {
    throw new Error(
      "node_modules is not of this package-lock.json. To install it: npm test -- unit",
    );
  }
}
