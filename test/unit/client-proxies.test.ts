import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { clientProxies } from "../../config/engine/client-proxies";

const uri = "unix:///var/run/docker.sock";
const folder = mkdtempSync(join(tmpdir(), "kalisi-client-"));

afterAll(() => {
  rmSync(folder, { recursive: true });
});

/** What is found where the Docker client has these. */
function find(proxies?: object): { readonly args: object; readonly warnings: readonly string[] } {
  writeFileSync(join(folder, "config.json"), JSON.stringify({ proxies }));
  const warnings: string[] = [];
  return {
    args: clientProxies(uri, { DOCKER_CONFIG: folder }, "/nonexistent", warnings),
    warnings,
  };
}

test("a client without proxies gives none", () => {
  expect(find()).toStrictEqual({ args: {}, warnings: [] });
});

test("the Engine's own come before those of all, in both cases of letters", () => {
  const common = { httpProxy: "http://common:1" };
  const own = { httpsProxy: "http://own:1", noProxy: "localhost" };
  expect(find({ default: common }).args).toStrictEqual({
    HTTP_PROXY: "http://common:1",
    http_proxy: "http://common:1",
  });
  expect(find({ default: common, [uri]: own }).args).toStrictEqual({
    HTTPS_PROXY: "http://own:1",
    https_proxy: "http://own:1",
    NO_PROXY: "localhost",
    no_proxy: "localhost",
  });
});

test("one with a password is left out, and that is said without it", () => {
  const { args, warnings } = find({ default: { httpProxy: "http://me:canary@proxy:1" } });
  expect(args).toStrictEqual({});
  expect(warnings).toStrictEqual([expect.stringMatching(/^httpProxy of the Docker client's/)]);
  expect(warnings[0]).not.toContain("canary");
});
