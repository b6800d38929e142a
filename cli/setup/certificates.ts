import { X509Certificate } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { certificateBlocks } from "../../config/files/pem";
import { localFolder } from "../../config/local-folder";
import type { Report } from "./report";

/** Where distributions keep the bundle that programs trust. */
const hostBundles = [
  "/etc/ssl/certs/ca-certificates.crt",
  "/etc/pki/tls/certs/ca-bundle.crt",
  "/etc/ssl/cert.pem",
];

const distributionFolder = "/usr/share/ca-certificates";

/**
 * Writes the certificates that this machine trusts beyond its distribution's own to .kalisi/ca, one a
 * file: a company's proxy re-signs HTTPS, and the image's build must trust it as the host does. Only
 * the build does.
 */
export function collectCertificates(root: string, report: Report): void {
  const folder = join(localFolder(root), "ca");
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true, mode: 0o755 });
  const known = new Set(
    distributionFiles(distributionFolder).flatMap(readCertificates).map(fingerprint),
  );
  if (known.size === 0) {
    return;
  }
  const extra = new Map(
    bundlePaths()
      .flatMap(filesOf)
      .flatMap(readCertificates)
      .map((certificate) => [fingerprint(certificate), certificate] as const)
      .filter(([print]) => !known.has(print)),
  );
  [...extra.values()].forEach((certificate, index) => {
    writeFileSync(join(folder, `extra-${index + 1}.crt`), `${certificate.toString().trim()}\n`);
  });
  if (extra.size > 0) {
    report(
      "CA certificates",
      `${extra.size} extra for the image's build`,
      "this machine trusts them",
    );
  }
}

function bundlePaths(): readonly string[] {
  const named = [process.env["NODE_EXTRA_CA_CERTS"], process.env["SSL_CERT_FILE"]];
  return [...named.filter((path) => path !== undefined), ...hostBundles].filter((path) =>
    existsSync(path),
  );
}

function distributionFiles(folder: string): readonly string[] {
  return existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
        .filter((name) => name.endsWith(".crt"))
        .map((name) => join(folder, name))
    : [];
}

/** Some name the folder of all certificates where one file is expected: Node, for one, then trusts none of them. */
function filesOf(path: string): readonly string[] {
  const isFile = (file: string) => statSync(file, { throwIfNoEntry: false })?.isFile() === true;
  const files = isFile(path) ? [path] : readdirSync(path).map((name) => join(path, name));
  return files.filter(isFile);
}

function readCertificates(path: string): readonly X509Certificate[] {
  const blocks = certificateBlocks(readFileSync(path, "utf8"));
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      // Nothing can be signed with it, and the programs that trust the others leave it out as well.
      return [];
    }
  });
}

function fingerprint(certificate: X509Certificate): string {
  return certificate.fingerprint256;
}
