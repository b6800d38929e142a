import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * A new authority's certificate, signed by itself, in PEM.
 *
 * @param folder where SUBJECT.crt and SUBJECT.key are made
 * @param subject its common name
 */
export function makeCertificate(folder: string, subject: string): string {
  const path = join(folder, `${subject}.crt`);
  const key = join(folder, `${subject}.key`);
  execFileSync(
    "openssl",
    [
      ...["req", "-x509", "-newkey", "ed25519", "-nodes", "-subj", `/CN=${subject}`, "-days", "2"],
      ...["-addext", "basicConstraints=critical,CA:TRUE", "-keyout", key, "-out", path],
    ],
    { stdio: ["ignore", "ignore", "pipe"] },
  );
  return readFileSync(path, "utf8");
}
