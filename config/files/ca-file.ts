import { X509Certificate } from "node:crypto";
import type { Problem } from "../errors";
import type { RefusalCode } from "../refusals";
import { certificateBlocks } from "./pem";

/**
 * Checks a file of CA certificates for the image's build.
 *
 * @param content the file's text
 * @param setting the setting that names it
 * @param path the file's path
 * @param now when a certificate must be valid
 */
export function checkCaFile(
  content: string,
  setting: string,
  path: string,
  now: Date,
): readonly Problem[] {
  const problem = (code: RefusalCode, text: string, fix: string): Problem => ({
    code,
    setting,
    value: path,
    problem: text,
    fix,
  });
  if (content.includes("PRIVATE KEY-----")) {
    return [
      problem(
        "KALISI-CERTIFICATE-PRIVATE-KEY",
        "holds a private key, which must not get near an image",
        "name a file of certificates alone",
      ),
    ];
  }
  const blocks = certificateBlocks(content);
  if (
    blocks.length === 0 ||
    blocks.length !== content.split("-----BEGIN CERTIFICATE-----").length - 1
  ) {
    return [
      problem(
        "KALISI-CERTIFICATE-FILE",
        blocks.length === 0 ? "holds no certificate" : "is cut off in a certificate",
        "name a PEM file; a DER file is converted by: openssl x509 -inform der -in FILE -out FILE.pem",
      ),
    ];
  }
  return blocks.flatMap((block, index) => {
    const wrong = checkCertificate(block, now);
    return wrong === undefined
      ? []
      : [
          problem(
            "KALISI-CERTIFICATE-INVALID",
            `certificate ${index + 1}: ${wrong}`,
            "remove it, or replace it",
          ),
        ];
  });
}

/** The certificates of a checked file in PEM, and nothing else of it: no comment gets into a build. */
export function certificatesOf(content: string): string {
  return certificateBlocks(content)
    .map((block) => new X509Certificate(block).toString().trim())
    .join("\n");
}

function checkCertificate(block: string, now: Date): string | undefined {
  try {
    const certificate = new X509Certificate(block);
    const { ca, validTo } = certificate;
    // Old roots have no such flag, but have issued themselves.
    if (!ca && !certificate.checkIssued(certificate)) {
      return "is not one of a certificate authority";
    }
    return new Date(validTo) < now ? `expired on ${validTo}` : undefined;
  } catch {
    return "cannot be read";
  }
}
