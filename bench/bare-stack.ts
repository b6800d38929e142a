import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { root, sh, type Where } from "./pulumi";

/** How the bare stack's program is run; `command` declares a command, and is run in the same way as `plain`. */
export type Loader = "ours" | "plain" | "command";

/** What a stack is compared with: the smallest program that declares a container, or a command. */
function program(name: string, image: string, loader: Loader): string {
  const container = `new docker.Container("bare", { name: "${name}", image: "${image}", entrypoints: ["sleep", "infinity"] });
`;
  return {
    ours: `import * as docker from "@pulumi/docker";
${container}`,
    plain: `const docker = require("@pulumi/docker");
${container}`,
    // Not thrown: Node 20 takes most of a minute to inspect an error's stack as Pulumi does.
    command: `const command = require("@pulumi/command");
if (process.env.BARE_MISTAKE) { console.error("fix: unset it"); process.exit(1); }
new command.local.Command("bare", { create: "cat", stdin: process.env.BARE_INPUT ?? "" });
`,
  }[loader];
}

/**
 * Brings up a stack of one bare resource, in a repository of its own, and passes it to `work`. Its Pulumi,
 * packages and refresh option are this project's.
 *
 * @param image an image that is on the Engine, by its id; a command needs none
 * @param loader TypeScript with this project's runtime options, or JavaScript as Pulumi itself runs it
 */
export async function withBareStack(
  image: string,
  loader: Loader,
  work: (where: Required<Where>) => Promise<void>,
): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), "kalisi-bare-"));
  const env = { PULUMI_BACKEND_URL: `file://${join(cwd, "state")}`, PULUMI_STACK: "bare" };
  const must = async (line: string) => {
    const { code, output } = await sh(line, { cwd, env });
    if (code !== 0) throw new Error(output);
  };
  try {
    writeProject(cwd, image, loader);
    await must("git init --quiet . && git add .");
    await must("git -c user.name=bench -c user.email=bench@localhost commit --quiet -m bare");
    await must("pulumi stack init bare");
    await must("pulumi up --yes --skip-preview");
    await work({ cwd, env });
  } finally {
    await sh("pulumi destroy --yes --skip-preview", { cwd, env });
    rmSync(cwd, { recursive: true });
  }
}

function writeProject(cwd: string, image: string, loader: Loader): void {
  for (const shared of ["compile.cjs", "cli", "node_modules"])
    symlinkSync(join(root, shared), join(cwd, shared));
  const [settings = ""] = readFileSync(join(root, "Pulumi.yaml"), "utf8").split(/^config:/m);
  const [file, options] =
    loader === "ours"
      ? ["index.ts", settings]
      : ["index.js", settings.replace(/^ *nodeargs:.*\n/m, "").replace("index.ts", "index.js")];
  writeFileSync(join(cwd, "Pulumi.yaml"), options);
  writeFileSync(join(cwd, "package.json"), JSON.stringify({ name: "bare", main: file }));
  writeFileSync(join(cwd, file), program(basename(cwd), image, loader));
  writeFileSync(join(cwd, ".gitignore"), "node_modules\nstate/\n");
  mkdirSync(join(cwd, "state"));
}
