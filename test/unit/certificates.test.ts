import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { collectCertificates } from "../../cli/setup/certificates";
import { makeCertificate } from "../support/certificate";
import { useFolder, writeText } from "../support/files";

const root = useFolder();
const before = process.env["NODE_EXTRA_CA_CERTS"];

afterEach(() => {
  if (before === undefined) delete process.env["NODE_EXTRA_CA_CERTS"];
  else process.env["NODE_EXTRA_CA_CERTS"] = before;
});

test("a folder in the place of a file is read, and what is damaged in it left out", () => {
  const folder = join(root, "certificates");
  mkdirSync(join(folder, "older"), { recursive: true });
  const own = makeCertificate(folder, "company").trim();
  writeText(
    join(folder, "damaged.pem"),
    "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
  );
  process.env["NODE_EXTRA_CA_CERTS"] = folder;
  collectCertificates(root, () => undefined);
  const kept = join(root, ".kalisi", "ca");
  const found = readdirSync(kept).map((name) => readFileSync(join(kept, name), "utf8").trim());
  // Without the distribution's own nobody knows which are extra.
  expect(found.includes(own)).toBe(existsSync("/usr/share/ca-certificates"));
});
