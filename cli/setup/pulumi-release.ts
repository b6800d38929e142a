import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { digest } from "../../config/digest";
import { installOnce } from "../install-once";
import { run } from "../process";
import { UserError } from "../user-error";

/** As `sha256sum` writes them, of the releases that set-up may download. */
export const releaseChecksums = join(__dirname, "pulumi.sha256");

const site = "https://get.pulumi.com/releases/sdk";

/** Where a release is, and what it must be. */
export interface PulumiRelease {
  readonly url: string;
  /** SHA-256 in hex. */
  readonly checksum: string;
}

/** Undefined where no checksum of this machine's kind is recorded. */
export function findRelease(
  version: string,
  platform: string = process.platform,
  architecture: string = process.arch,
): PulumiRelease | undefined {
  const name = `pulumi-v${version}-${platform}-${architecture}.tar.gz`;
  const lines = readFileSync(releaseChecksums, "utf8").split("\n");
  const [checksum] = lines.find((line) => line.endsWith(`  ${name}`))?.split(" ") ?? [];
  return checksum === undefined ? undefined : { url: `${site}/${name}`, checksum };
}

/**
 * Installs a release of the Pulumi CLI into .kalisi.
 *
 * @returns the folder of its executables
 * @throws UserError where it cannot be downloaded, and where what was downloaded is something else
 */
export async function installRelease(
  root: string,
  { url, checksum }: PulumiRelease,
): Promise<string> {
  const folder = await installOnce(root, "pulumi", releaseChecksums, async (path) => {
    const [archive, bin] = [join(path, "archive"), join(path, "bin")];
    mkdirSync(bin, { recursive: true });
    // Curl knows the proxies and the certificates of the user's environment.
    await run("curl", [...download, "--output", archive, url], { label: "Pulumi's download" });
    const found = digest(readFileSync(archive));
    if (found !== checksum) {
      throw new UserError(
        "KALISI-SETUP-CHECKSUM",
        `${url} is not what it should be: its SHA-256 is ${found}, not ${checksum}`,
      );
    }
    await run("tar", ["--extract", "--gzip", "--strip-components=1", "-C", bin, "-f", archive]);
    rmSync(archive);
  });
  return join(folder, "bin");
}

const download = ["--fail", "--silent", "--show-error", "--location", "--connect-timeout", "20"];
