import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const docker = join(__dirname, "../../docker");
const rootfs = join(docker, "rootfs");
const common = join(rootfs, "usr/local/lib/kalisi/common.sh");
const read = (path: string) => readFileSync(path, "utf8");

const rootPath = /^readonly ROOT_PATH=(.+)$/m.exec(read(common))?.[1] ?? "";
const kalisis = /^\/(workspace|home|data|tmp|var|run)(\/|$)/;

test("root looks programs up in folders of root's alone, in scripts, commands and login shells", () => {
  const folders = rootPath.split(":");
  expect(folders).toContain("/usr/bin");
  expect(folders.filter((folder) => !folder.startsWith("/") || kalisis.test(folder))).toStrictEqual(
    [],
  );
  const ofTheImage = Array.from(read(join(docker, "Dockerfile")).matchAll(/\bPATH=(\/[^ "\\]+)/g));
  expect(ofTheImage.at(-1)?.[1]).toBe(rootPath);
  const profile = read(join(rootfs, "etc/profile.d/kalisi.sh"));
  expect(/= 0 \]; then\n {2}export PATH=(.+)$/m.exec(profile)?.[1]).toBe(rootPath);
});

test("a script that root runs has that PATH before it looks anything up", () => {
  // Sourced by one that has it, run by one that has it, or run as the service's user and while the image is built.
  const others = /\/(checks|build)\/|\/redis\/(adopt-dump|check-files)$|\/workspace-template\//;
  const scripts = readdirSync(rootfs, { recursive: true, encoding: "utf8" })
    .filter((path) => !others.test(`/${path}`))
    .map((path) => join(rootfs, path))
    .filter((path) => isBash(path));
  expect(scripts.length).toBeGreaterThan(10);
  const late = scripts.filter((path) => {
    const first = read(path)
      .split("\n")
      .find((line) => !/^(#|$|exec 2>&1$|set -[Eeuo]+ pipefail$|program=)/.test(line));
    return first !== "source /usr/local/lib/kalisi/common.sh";
  });
  expect(late).toStrictEqual([]);
});

function isBash(path: string): boolean {
  try {
    return read(path).startsWith("#!/bin/bash");
  } catch {
    return false; // a folder
  }
}

test("kalisi's own folders come after root has gone", () => {
  const script = read(join(rootfs, "usr/local/bin/as-kalisi"));
  const gone = script.indexOf("\n((EUID)) || exec /usr/bin/s6-setuidgid kalisi");
  expect(gone).toBeGreaterThan(0);
  expect(script.indexOf("\nsource /etc/profile.d/kalisi.sh")).toBeGreaterThan(gone);
  expect(script.indexOf("\ncd ")).toBeGreaterThan(gone);
});

test("what is on somebody else's PATH is not kept by those who are not root", () => {
  const asked = 'if ((EUID)); then echo "$ROOT_PATH"; else echo "$PATH"; fi';
  // The image has the table elsewhere than this tree.
  const script = read(common).replace("</etc", () => `<${rootfs}/etc`);
  const said = execFileSync("/bin/bash", ["--norc", "-s"], {
    env: { PATH: "/workspace/bin:/usr/bin:/bin", BASH_ENV: "" },
    encoding: "utf8",
    input: `${script}\n${asked}\n`,
  });
  expect(said.trim()).toBe(rootPath);
});
