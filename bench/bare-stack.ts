import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { root, sh } from "./pulumi";

/** What a stack is compared with: the least that declares a container. */
function program(name: string, image: string): string {
  return `import * as docker from "@pulumi/docker";

new docker.Container("bare", { name: "${name}", image: "${image}", entrypoints: ["sleep", "infinity"] });
`;
}

/**
 * Gives `work` a stack of one bare docker.Container that is up, in a repository of its own. Its Pulumi,
 * packages, runtime options and refresh are this project's.
 *
 * @param image an image that is on the Engine, by its id
 */
export async function withBareStack(
  image: string,
  work: (where: { cwd: string; env: Readonly<Record<string, string>> }) => Promise<void>,
): Promise<void> {
  const cwd = mkdtempSync(join(tmpdir(), "kalisi-bare-"));
  const env = { PULUMI_BACKEND_URL: `file://${join(cwd, "state")}`, PULUMI_STACK: "bare" };
  const must = async (line: string) => {
    const { code, output } = await sh(line, { cwd, env });
    if (code !== 0) throw new Error(output);
  };
  try {
    writeProject(cwd, image);
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

function writeProject(cwd: string, image: string): void {
  for (const shared of ["cli", "node_modules"]) symlinkSync(join(root, shared), join(cwd, shared));
  const [settings = ""] = readFileSync(join(root, "Pulumi.yaml"), "utf8").split(/^config:/m);
  writeFileSync(join(cwd, "Pulumi.yaml"), settings);
  writeFileSync(join(cwd, "package.json"), '{ "name": "bare", "main": "index.ts" }\n');
  writeFileSync(join(cwd, "index.ts"), program(basename(cwd), image));
  writeFileSync(join(cwd, ".gitignore"), "node_modules\nstate/\n");
  mkdirSync(join(cwd, "state"));
}
