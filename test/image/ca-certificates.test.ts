import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isObject, type Props } from "../../airgap/plugins/values";
import { certificatesOf } from "../../config/files/ca-file";
import { makeCertificate } from "../support/certificate";
import { removeImage } from "../support/e2e/probe";
import { buildContext, copyBuildFiles } from "../support/image/build-context";
import { declaredImage } from "../support/image/declared";
import { inImage } from "../support/image/in-image";

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), "kalisi-ca-"));
const name = `${process.env["KALISI_TEST_PREFIX"] ?? "kalisi"}/ca-test:${process.pid}`;
let ours: string;
let machines: string;

/** What the build trusts beyond its distribution, one name a file; the bundle must hold the same. */
async function trusted(caCertificates: string): Promise<readonly string[]> {
  const { build } = await declaredImage(name);
  const declared: Props = isObject(build) ? build : {};
  const context = join(folder, "context");
  const image = await buildContext(name, {
    ...declared,
    context,
    dockerfile: join(context, "docker", "Dockerfile"),
    target: "ca",
    args: {
      ...(isObject(declared["args"]) ? declared["args"] : {}),
      CA_CERTIFICATES: caCertificates,
    },
  });
  const files = await inImage(
    image,
    ...["sh", "-ec", "cd /ca; for crt in *.crt; do cat $crt; echo =; done"],
  );
  const bundle = await inImage(image, "cat", "/ca/bundle.pem");
  const found = files
    .split(/^=$/m)
    .map((text) => text.trim())
    .filter((text) => text !== "");
  for (const certificate of found) expect(bundle).toContain(certificate);
  return found;
}

beforeAll(() => {
  const context = join(folder, "context");
  copyBuildFiles(context);
  rmSync(join(context, ".kalisi", "ca"), { recursive: true, force: true });
  mkdirSync(join(context, ".kalisi", "ca"), { recursive: true });
  machines = makeCertificate(folder, "machine").trim();
  writeFileSync(join(context, ".kalisi", "ca", "extra-1.crt"), `${machines}\n`);
  const pem = makeCertificate(folder, "first") + makeCertificate(folder, "second");
  ours = certificatesOf(pem);
});

afterAll(async () => {
  await removeImage(name);
  rmSync(folder, { recursive: true });
});

test("the build trusts what this machine does, unless the configuration names certificates", async () => {
  expect(await trusted("")).toStrictEqual([machines]);
  expect((await trusted(ours)).join("\n")).toBe(ours);
});
