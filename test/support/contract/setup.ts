import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installStandIns } from "../../../airgap/install";

/** Bundles the stand-ins once for all test files, unless they are about the official plugins. */
export default async function install(): Promise<void> {
  if (process.env["KALISI_CONTRACT_PLUGINS"] !== undefined) {
    return;
  }
  const home = mkdtempSync(join(tmpdir(), "kalisi-contract-"));
  process.env["KALISI_CONTRACT_HOME"] = home;
  await installStandIns(home);
}
