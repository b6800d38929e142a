import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import build from "../image/build";

/** Builds the image as the image tests do, and makes the folder for the rows of the table. */
export default async function setUp(): Promise<void> {
  // The image tests, where they are run as well, have built it.
  if (process.env["KALISI_TEST_IMAGE_ID"] === undefined) await build();
  process.env["KALISI_FAULTS_ROWS"] = mkdtempSync(join(tmpdir(), "kalisi-faults-"));
}
