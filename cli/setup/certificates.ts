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
import { delimiter, join } from "node:path";
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
    [...namedCertificates(report), ...hostBundles.flatMap(filesOf).flatMap(readCertificates)]
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

/**
 * The variables that name certificates: https://nodejs.org/api/cli.html#node_extra_ca_certsfile,
 * https://docs.openssl.org/3.0/man7/openssl-env/
 */
function namedPaths(): readonly (readonly [variable: string, path: string])[] {
  return ["NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "SSL_CERT_DIR"].flatMap((variable) =>
    (process.env[variable] ?? "")
      .split(variable === "SSL_CERT_DIR" ? delimiter : "\0")
      .filter((path) => path !== "")
      .map((path) => [variable, path] as const),
  );
}

/** The certificates that variables name. Where one names none, the build may need those that were meant. */
function namedCertificates(report: Report): readonly X509Certificate[] {
  return namedPaths().flatMap(([variable, path]) => {
    const found = filesOf(path).flatMap(readCertificates);
    if (found.length === 0) {
      const reason = existsSync(path) ? "there is none in PEM" : "there is no such file";
      report("CA certificates", `none of ${variable}`, `${reason}: ${path}`);
    }
    return found;
  });
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
  const kindOf = (file: string) => statSync(file, { throwIfNoEntry: false });
  const isFolder = kindOf(path)?.isDirectory() === true;
  const files = isFolder ? readdirSync(path).map((name) => join(path, name)) : [path];
  return files.filter((file) => kindOf(file)?.isFile() === true);
}

function readCertificates(path: string): readonly X509Certificate[] {
  const blocks = certificateBlocks(readIfAllowed(path));
  return blocks.flatMap((block) => {
    try {
      return [new X509Certificate(block)];
    } catch {
      // Nothing can be signed with it, and the programs that trust the others leave it out as well.
      return [];
    }
  });
}

/** Another user's, which the programs that run here cannot read either, counts as empty. */
function readIfAllowed(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}

function fingerprint(certificate: X509Certificate): string {
  return certificate.fingerprint256;
}
