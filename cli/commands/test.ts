import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findAppRoot } from "../../config/source-tree";
import { ensureHadolint } from "../hadolint";
import { isInstalled } from "../process";
import { aptInstall, isDebianLike, isRoot } from "../setup/engine";
import { setUp } from "../setup";
import { UserError } from "../user-error";

interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

interface Check {
  readonly name: string;
  /** A program that it needs, by any of its names, and Debian's package of it. */
  readonly needs?: { readonly commands: readonly string[]; readonly package?: string };
  readonly run: (root: string) => Promise<Outcome>;
}

const cargo = ["--locked", "--manifest-path", "examples/source/Cargo.toml"] as const;

const browser = {
  commands: ["chromium", "google-chrome", "chromium-browser"],
  package: "chromium",
} as const;

const checks: readonly Check[] = [
  command("lint", "npx", "eslint", "--max-warnings=0", "."),
  command("format", "npx", "prettier", "--check", "--log-level=warn", "."),
  command("types", "npx", "tsc"),
  {
    ...command(
      "shell",
      "sh",
      "-c",
      "git ls-files -z '*.sh' docker/rootfs | xargs -0 grep -lE '^#!.*(bash|[ /]sh)' | xargs shellcheck -x",
    ),
    needs: { commands: ["shellcheck"], package: "shellcheck" },
  },
  {
    name: "dockerfile",
    needs: { commands: ["pip3"], package: "python3-pip" },
    run: async (root) =>
      command(
        "dockerfile",
        await ensureHadolint(root),
        "--config",
        "docker/.hadolint.yaml",
        "docker/Dockerfile",
      ).run(root),
  },
  {
    ...command("rust-format", "cargo", "fmt", "--manifest-path", cargo[2], "--all", "--check"),
    needs: { commands: ["cargo-fmt"] },
  },
  {
    ...command(
      "clippy",
      "cargo",
      "clippy",
      ...cargo,
      "--workspace",
      "--all-targets",
      "--",
      "-Dwarnings",
    ),
    needs: { commands: ["cargo-clippy"] },
  },
  { ...command("rust", "cargo", "test", ...cargo, "--workspace"), needs: { commands: ["cargo"] } },
  { name: "unit", run: (root) => jest(root, ["unit"]) },
  {
    name: "image",
    needs: { commands: ["ssh"], package: "openssh-client" },
    run: async (root) => {
      await setUp(root, { redo: false });
      return jest(root, ["image"]);
    },
  },
  {
    name: "browser",
    needs: browser,
    run: async (root) => {
      await setUp(root, { redo: false });
      return jest(root, ["browser"]);
    },
  },
  { name: "source-tree", needs: browser, run: testSourceTree },
  {
    name: "e2e",
    needs: { commands: ["ssh"], package: "openssh-client" },
    run: async (root) => {
      await setUp(root, { redo: false });
      return jest(root, ["e2e"]);
    },
  },
];

/** The same image and page with a clone of Kalisi in the example's place. */
async function testSourceTree(root: string): Promise<Outcome> {
  if (findAppRoot(root, "source") === undefined) {
    console.log("skipped: there is no clone of Kalisi in source/");
    return { passed: 0, failed: 0, skipped: 1 };
  }
  await setUp(root, { redo: false });
  return jest(root, ["image", "browser", "--testPathPatterns", "services", "browser"], {
    KALISI_SOURCE: "source",
    KALISI_TEST_IMAGE: "kalisi/image-test:source",
  });
}

/** Runs the named checks, or all of them; the last line counts what passed and failed. */
export async function test(root: string, names: readonly string[]): Promise<void> {
  const unknown = names.filter((name) => !checks.some((check) => check.name === name));
  if (unknown.length > 0) {
    throw new UserError(
      `There is no check ${unknown.join(", ")}.\nThere are: ${checks.map(({ name }) => name).join(", ")}`,
    );
  }
  // The tree whose answers the tests know, whatever this machine's set-up would choose.
  process.env["KALISI_SOURCE"] = "examples/source";
  const outcomes: Outcome[] = [];
  for (const check of checks) {
    if (names.length === 0 || names.includes(check.name)) {
      outcomes.push(await runCheck(root, check));
    }
  }
  const sum = (key: keyof Outcome) => outcomes.reduce((total, outcome) => total + outcome[key], 0);
  const skipped = sum("skipped");
  process.exitCode = sum("failed") === 0 && sum("passed") > 0 ? 0 : 1;
  console.log(
    `${sum("passed")} passed, ${sum("failed")} failed${skipped === 0 ? "" : `, ${skipped} skipped`}`,
  );
}

async function runCheck(root: string, check: Check): Promise<Outcome> {
  console.log(`\n== ${check.name}`);
  const { needs } = check;
  if (needs !== undefined && !(await areInstalled(needs.commands)).includes(true)) {
    if (needs.package === undefined || !isRoot() || !isDebianLike()) {
      console.log(`skipped: ${needs.commands.join(" or ")} is not installed`);
      return { passed: 0, failed: 0, skipped: 1 };
    }
    await aptInstall([needs.package]);
  }
  try {
    return await check.run(root);
  } catch (error) {
    console.error(error instanceof UserError ? error.message : error);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

function areInstalled(commands: readonly string[]): Promise<readonly boolean[]> {
  return Promise.all(commands.map(isInstalled));
}

function command(name: string, program: string, ...args: readonly string[]): Check {
  return {
    name,
    run: async (root) => {
      const succeeded = (await spawnVisibly(root, program, args)) === 0;
      return { passed: succeeded ? 1 : 0, failed: succeeded ? 0 : 1, skipped: 0 };
    },
  };
}

async function jest(
  root: string,
  selected: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), "kalisi-test-"));
  const outputFile = join(folder, "results.json");
  try {
    const args = ["jest", "--ci", "--runInBand", "--json", `--outputFile=${outputFile}`];
    await spawnVisibly(root, "npx", [...args, "--selectProjects", ...selected], env);
    const results = JSON.parse(readFileSync(outputFile, "utf8")) as {
      numPassedTests: number;
      numFailedTests: number;
      numPendingTests: number;
      numRuntimeErrorTestSuites: number;
    };
    return {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests,
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function spawnVisibly(
  root: string,
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = {},
): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      cwd: root,
      env: { ...process.env, ...env },
      stdio: ["ignore", "inherit", "inherit"],
    });
    child.once("error", reject);
    child.once("close", (code) => {
      resolve(code ?? 1);
    });
  });
}
