import { X509Certificate } from "node:crypto";
import type { Problem } from "./errors";

const pemBlock = /-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g;

/**
 * Checks a PEM file of certificates and leaves nothing else of it: a comment, or a private key that was put
 * there by mistake, must not get into a build.
 *
 * @param content the file's text
 * @param now certificates that have ended by then are refused
 */
export function readCertificates(
  content: string,
  setting: string,
  path: string,
  now: Date,
): { readonly pem: string; readonly problems: readonly Problem[] } {
  const blocks = content.match(pemBlock) ?? [];
  const problems: Problem[] = [];
  const report = (problem: string, fix: string) => {
    problems.push({ setting, value: path, problem, fix });
  };
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(content)) {
    report("holds a private key", "name a file of certificates alone");
  }
  if (blocks.length === 0) {
    report(
      "holds no certificate: expected PEM, -----BEGIN CERTIFICATE-----",
      `where it is DER: openssl x509 -inform der -in FILE -out FILE.pem`,
    );
  }
  const certificates = blocks.flatMap((block, index) => {
    try {
      const certificate = new X509Certificate(block);
      if (new Date(certificate.validTo) < now) {
        report(
          `certificate ${index + 1} (${subject(certificate)}) ended on ${certificate.validTo}`,
          "take it out, or replace it by its successor",
        );
      }
      return [certificate.toString().trim()];
    } catch {
      report(`certificate ${index + 1} is damaged`, "copy it anew");
      return [];
    }
  });
  return { pem: certificates.join("\n"), problems };
}

function subject(certificate: X509Certificate): string {
  return certificate.subject.split("\n").join(", ");
}
