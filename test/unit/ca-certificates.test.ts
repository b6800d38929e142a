import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readCertificates } from "../../config/ca-certificates";

const folder = mkdtempSync(join(tmpdir(), "kalisi-ca-"));
const setting = "kalisi:image.caCertificates";
const now = new Date();
let certificate: string;
let key: string;

beforeAll(() => {
  const [certFile, keyFile] = [join(folder, "ca.crt"), join(folder, "ca.key")];
  execFileSync("openssl", [
    ...["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"],
    ...["-subj", "/CN=Test CA", "-days", "2", "-keyout", keyFile, "-out", certFile],
  ]);
  certificate = readFileSync(certFile, "utf8").trim();
  key = readFileSync(keyFile, "utf8");
});

afterAll(() => {
  rmSync(folder, { recursive: true });
});

const read = (content: string, at = now) => readCertificates(content, setting, "ca.pem", at);

test("certificates are taken, and comments between them left out", () => {
  const { pem, problems } = read(`# ours\n${certificate}\r\n\n# theirs\n${certificate}\n`);
  expect(problems).toStrictEqual([]);
  expect(pem).toBe(`${certificate}\n${certificate}`);
});

test.each([
  ["an empty file", () => "", "holds no certificate"],
  ["a file of something else", () => "hello", "holds no certificate"],
  ["a private key among them", () => `${certificate}\n${key}`, "holds a private key"],
  [
    "a certificate cut short",
    () => `${certificate}\n${certificate.replace(/[^\n]{64}\n/, "")}`,
    "certificate 2 is damaged",
  ],
])("%s is refused", (_, content, problem) => {
  const found = read(content());
  expect(found.problems).toMatchObject([
    { setting, value: "ca.pem", problem: expect.stringContaining(problem) as string },
  ]);
  expect(found.pem).not.toContain("PRIVATE KEY");
});

test("a certificate that has ended is refused, by its name", () => {
  const { problems } = read(certificate, new Date(now.getTime() + 3 * 86_400_000));
  expect(problems).toMatchObject([
    { problem: expect.stringMatching(/^certificate 1 \(CN=Test CA\) ended on /) as string },
  ]);
});
