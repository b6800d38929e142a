import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { findAppRoot } from "../config/files/source-tree";
import { ensureActionlint } from "./actionlint";
import { ensureHadolint } from "./hadolint";
import { prepareMachine } from "./stack";

/** How many of a check's parts went well, went wrong, or were left out for a printed reason. */
export interface Outcome {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  /** What went wrong, to be read without a search through the whole output. */
  readonly failures: readonly string[];
}

export const skipped: Outcome = { passed: 0, failed: 0, skipped: 1, failures: [] };

export interface Check {
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

/** Everything that `npm test` runs, the quick things first. */
export const checks: readonly Check[] = [
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
    name: "workflows",
    needs: { commands: ["go"] },
    run: async (root) => command("workflows", await ensureActionlint(root)).run(root),
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
  { name: "policy", run: (root) => jest(root, ["policy"]) },
  {
    name: "image",
    needs: { commands: ["ssh"], package: "openssh-client" },
    run: onEngine("image"),
  },
  {
    name: "browser",
    needs: browser,
    run: onEngine("browser"),
  },
  { name: "source-tree", needs: browser, run: testSourceTree },
  {
    name: "e2e",
    needs: { commands: ["ssh"], package: "openssh-client" },
    run: onEngine("e2e"),
  },
];

/** The same image and page with a clone of Kalisi in the example's place. */
async function testSourceTree(root: string): Promise<Outcome> {
  if (findAppRoot(root, "source") === undefined) {
    console.log("skipped: there is no clone of Kalisi in source/");
    return skipped;
  }
  const selected = ["image", "browser", "--testPathPatterns", "services", "browser"];
  return onEngine(...selected)(root, {
    KALISI_SOURCE: "source",
    KALISI_TEST_IMAGE: "kalisi/image-test:source",
  });
}

/** Tests that need the machine set up, and the source tree with its settings. */
function onEngine(...selected: readonly string[]) {
  return async (root: string, env: NodeJS.ProcessEnv = {}): Promise<Outcome> => {
    await prepareMachine(root);
    return jest(root, selected, env);
  };
}

function command(name: string, program: string, ...args: readonly string[]): Check {
  return {
    name,
    run: async (root) => {
      return (await spawnVisibly(root, program, args)) === 0
        ? { passed: 1, failed: 0, skipped: 0, failures: [] }
        : { passed: 0, failed: 1, skipped: 0, failures: ["it says above what is wrong"] };
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
      testResults: readonly { name: string; message: string; status: string }[];
    };
    return {
      passed: results.numPassedTests,
      failed: results.numFailedTests + results.numRuntimeErrorTestSuites,
      skipped: results.numPendingTests,
      failures: results.testResults
        .filter(({ status }) => status === "failed")
        .map(({ name, message }) => `${relative(root, name)}\n${message}`),
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
