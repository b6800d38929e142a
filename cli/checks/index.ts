import { join } from "node:path";
import { findAppRoot } from "../../config/files/source-tree";
import { machineCache } from "../machine-cache";
import { prepareMachine } from "../stack";
import { ensureActionlint } from "./actionlint";
import { ensureHadolint } from "./hadolint";
import { jest } from "./jest";
import { failedWith, none, skipped, sumOf, type Outcome } from "./outcome";
import { spawnVisibly } from "./spawn-visibly";

/** What `npm test` runs by a name. */
export interface Part {
  readonly name: string;
  /** A program that it needs, by any of its names, and Debian's package of it. */
  readonly needs?: { readonly commands: readonly string[]; readonly package?: string };
}

/** One part, or several that run at the same time. */
export interface Check {
  readonly parts: readonly Part[];
  /** @param names of those of its parts that are to run */
  readonly run: (root: string, names: readonly string[]) => Promise<Outcome>;
}

const manifest = ["--manifest-path", "examples/source/Cargo.toml"] as const;
const cargo = ["--locked", ...manifest, "--target-dir", machineCache("crates")] as const;

const browser = {
  commands: ["chromium", "google-chrome", "chromium-browser"],
  package: "chromium",
} as const;

const ssh = { commands: ["ssh"], package: "openssh-client" } as const;

/** Everything that `npm test` runs, the quick things first. */
export const checks: readonly Check[] = [
  atTheSameTime(
    command({ name: "lint" }, "npx", "eslint", "--max-warnings=0", "."),
    command({ name: "format" }, "npx", "prettier", "--check", "--log-level=warn", "."),
    command({ name: "types" }, "npx", "tsc"),
  ),
  command(
    { name: "shell", needs: { commands: ["shellcheck"], package: "shellcheck" } },
    "sh",
    "-c",
    "git ls-files -z '*.sh' docker/rootfs | xargs -0 grep -lE '^#!.*(bash|[ /]sh)' | xargs shellcheck -x",
  ),
  {
    parts: [{ name: "dockerfile", needs: { commands: ["pip3"], package: "python3-pip" } }],
    run: async (root) => {
      const hadolint = await ensureHadolint(root);
      return outcomeOf(root, hadolint, "--config", "docker/.hadolint.yaml", "docker/Dockerfile");
    },
  },
  {
    parts: [{ name: "workflows", needs: { commands: ["go"] } }],
    run: async (root) => outcomeOf(root, await ensureActionlint(root)),
  },
  command(
    { name: "rust-format", needs: { commands: ["cargo-fmt"] } },
    ...["cargo", "fmt", ...manifest, "--all", "--check"],
  ),
  command(
    { name: "clippy", needs: { commands: ["cargo-clippy"] } },
    ...["cargo", "clippy", ...cargo, "--workspace", "--all-targets", "--", "-Dwarnings"],
  ),
  command(
    { name: "rust", needs: { commands: ["cargo"] } },
    ...["cargo", "test", ...cargo, "--workspace"],
  ),
  {
    parts: [{ name: "unit" }, { name: "policy" }],
    run: (root, names) => jest(root, names, { randomize: true }),
  },
  {
    parts: [
      { name: "contract" },
      { name: "image", needs: ssh },
      { name: "browser", needs: browser },
      { name: "e2e", needs: ssh },
      { name: "faults" },
      { name: "fleet", needs: ssh },
      { name: "security", needs: ssh },
      { name: "wild" },
    ],
    run: onEngine,
  },
  { parts: [{ name: "source-tree", needs: browser }], run: testSourceTree },
];

/** The same image and page with a clone of Kalisi in the example's place, and its first start as it is. */
async function testSourceTree(root: string): Promise<Outcome> {
  if (findAppRoot(root, "source") === undefined) {
    console.log("skipped: there is no clone of Kalisi in source/");
    return skipped;
  }
  const patterns = ["services", "browser", "tracked-settings"];
  const selected = ["image", "browser", "e2e", "--testPathPatterns", ...patterns];
  return onEngine(root, selected, {
    KALISI_SOURCE: "source",
    KALISI_TREE: join(root, "source"),
    KALISI_TEST_IMAGE: "kalisi/image-test:source",
  });
}

/** Tests that need the machine set up, and the source tree with its settings. */
async function onEngine(
  root: string,
  selected: readonly string[],
  environment: NodeJS.ProcessEnv = {},
): Promise<Outcome> {
  await prepareMachine(root);
  return jest(root, selected, { environment });
}

function command(part: Part, program = "", ...args: readonly string[]): Check {
  return { parts: [part], run: (root) => outcomeOf(root, program, ...args) };
}

/** Checks of which none needs more than one core. */
function atTheSameTime(...checks: readonly Check[]): Check {
  return {
    parts: checks.flatMap(({ parts }) => parts),
    run: async (root, names) => {
      const wanted = checks.filter(({ parts }) => parts.some(({ name }) => names.includes(name)));
      return sumOf(await Promise.all(wanted.map(({ run }) => run(root, names))));
    },
  };
}

async function outcomeOf(
  root: string,
  program: string,
  ...args: readonly string[]
): Promise<Outcome> {
  return (await spawnVisibly(root, program, args)) === 0
    ? { ...none, passed: 1 }
    : failedWith(`the output of ${[program, ...args].join(" ")} is above`);
}
