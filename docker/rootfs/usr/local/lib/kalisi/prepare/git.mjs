// Git in the user's repository, without anything that the repository could make it run.
import { spawnSync } from "node:child_process";

const SETTINGS = {
  "safe.directory": "*",
  "core.hooksPath": "/dev/null",
  "core.fsmonitor": "false",
  "gc.auto": "0",
  "maintenance.auto": "false",
};

const settings = Object.entries(SETTINGS).flatMap(([key, value]) => ["-c", `${key}=${value}`]);

/** A function that runs git in a folder and returns what it prints, with variants of it. */
export function gitIn(folder, variables = {}) {
  const env = {
    PATH: process.env.PATH,
    HOME: "/nonexistent",
    LC_ALL: "C",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_TERMINAL_PROMPT: "0",
    GIT_COMMITTER_NAME: "kalisi",
    GIT_COMMITTER_EMAIL: "kalisi@localhost",
    ...variables,
  };
  const run = (args, input = "") =>
    spawnSync("git", [...settings, "-C", folder, ...args], {
      env,
      input,
      encoding: "utf8",
      maxBuffer: 1 << 28,
      timeout: 120_000,
    });
  const must = (args, input) => {
    const { status, stdout, stderr, error } = run(args, input);
    if (status !== 0)
      throw new Error(
        stderr?.trim().split("\n").at(-1) || (error?.message ?? `git ${args[0]} failed`),
      );
    return stdout;
  };
  return Object.assign((...args) => must(args).trim(), {
    test: (...args) => run(args).status === 0,
    maybe: (...args) => {
      const { status, stdout } = run(args);
      return status === 0 ? stdout.trim() : undefined;
    },
    list: (...args) => must(args).split("\0").filter(Boolean),
    feed: (input, ...args) => must(args, input),
  });
}
