import { execFileSync } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { chromium, type Browser, type Page } from "playwright-core";
import { loopbackPort } from "../../components/ports";
import { port } from "../../config/settings/units";
import { freePort } from "../support/e2e/probe";
import { eventually } from "../support/eventually";
import { TestContainer } from "../support/image/container";
import { imageSettings } from "../support/image/declared";

jest.setTimeout(300_000);

const isExample = imageSettings().source.appRoot === "examples/source";

let kalisi: TestContainer;
let browser: Browser;
let page: Page;
let url: string;
/** What the page could not load, and what it complained about. */
const problems: string[] = [];

beforeAll(async () => {
  const published = await freePort();
  url = `https://localhost:${published}`;
  kalisi = await TestContainer.start({ options: { ports: [loopbackPort(port(8443), published)] } });
  await kalisi.untilHealthy();
  if (isExample) await untilReady();
  const certificate = await kalisi.ask("cat", "/workspace/runtime/certs/fullchain.pem");
  browser = await chromium.launch({
    executablePath: installedBrowser(),
    args: [
      // As if the user had accepted this very certificate, and no other.
      `--ignore-certificate-errors-spki-list=${fingerprint(certificate)}`,
      // The browser's own errands, which have no business in a test.
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
    // Chromium refuses to sandbox itself as root, which containers of a CI often run as.
    chromiumSandbox: process.getuid?.() !== 0,
  });
  page = await browser.newPage();
  page.on("pageerror", (error) => problems.push(error.message));
  page.on("requestfailed", (request) => {
    // Kalisi's page asks others for its fonts, who need not be reachable.
    if (request.url().startsWith(url)) problems.push(`${request.url()} failed`);
  });
  page.on("response", (response) => {
    if (response.status() >= 500) problems.push(`${response.url()}: ${response.status()}`);
  });
});

afterAll(async () => {
  await browser.close();
  await kalisi.remove();
});

/** A cold Neo4j takes seconds for its first query, and the gateway gives it three. */
function untilReady(): Promise<void> {
  return eventually(60, async () => {
    const ready = "https://localhost:8443/health/ready";
    const { code, stderr } = await kalisi.run("curl", "-kfsS", ready);
    return code === 0 ? undefined : stderr;
  });
}

/** The path of Chromium or Chrome, whatever it is called on this system. */
function installedBrowser(): string {
  const find = "command -v chromium || command -v google-chrome || command -v chromium-browser";
  return execFileSync("sh", ["-c", find], { encoding: "utf8" }).trim();
}

/** The digest of a certificate's public key, as Chromium's option wants it. */
function fingerprint(certificate: string): string {
  const key = new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" });
  return createHash("sha256").update(key).digest("base64");
}

test("a browser shows the page over HTTPS, scripts and styles and all", async () => {
  const response = await page.goto(url, { waitUntil: "networkidle" });
  expect(response?.status()).toBe(200);
  expect(await page.title()).toMatch(/kalisi/i);
  expect((await page.locator("body").innerText()).trim()).not.toBe("");
  expect(await page.evaluate("document.styleSheets.length")).toBeGreaterThan(0);
  expect(problems).toStrictEqual([]);
});

// Kalisi's own page asks for a login first.
if (isExample) {
  test("the example's page reaches Redis and Neo4j through the gateway", async () => {
    await page.goto(url);
    const readiness = page.locator("#readiness li");
    await readiness.nth(1).waitFor();
    expect((await readiness.allInnerTexts()).sort()).toStrictEqual([
      expect.stringMatching(/^Neo4j is up /),
      expect.stringMatching(/^Redis is up /),
    ]);
    await page.locator("#query").fill("RETURN 6 * 7 AS answer");
    await page.getByRole("button", { name: "Run" }).click();
    // The gateway gives up after 30 s, and says why.
    const message = page.locator("#message");
    await message.filter({ hasNotText: /^running$/ }).waitFor({ timeout: 40_000 });
    expect(await message.innerText()).toMatch(/, 1 rows$/);
    await page.getByRole("cell", { name: "42" }).waitFor();
  });
}
