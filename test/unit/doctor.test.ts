import { rmSync } from "node:fs";
import { join } from "node:path";
import { findingsOf, type Finding } from "../../cli/doctor/finding";
import { checkInputs, checkLocks } from "../../cli/doctor/stack";
import { readInputs } from "../../config/inputs";
import { readMachineProfile } from "../../config/machine-profile";
import { goodEnv, useProject } from "../support/project";

const project = useProject();

/** What is found of the project's settings. */
function look(stackConfig: Readonly<Record<string, string>> = {}): readonly Finding[] {
  const { root } = project();
  const profile = { ...readMachineProfile(root), sourcePath: "source" };
  return checkInputs(
    root,
    readInputs(root, "dev", { flags: {}, stackConfig, environment: {}, profile }),
  );
}

const states = (findings: readonly Finding[]) =>
  findings.map(({ about, state }) => `${state} ${about}`);

test("of settings that are right it says where they come from, and no secret", () => {
  const found = look();
  expect(states(found)).toStrictEqual(["ok source tree", "ok settings file", "ok SSH keys"]);
  const secrets = goodEnv.match(/canary\S*/g) ?? [];
  expect(secrets.length).toBeGreaterThan(1);
  for (const secret of secrets) expect(JSON.stringify(found)).not.toContain(secret);
});

test("every mistake is a problem of its own, with its code and its fix", () => {
  const found = look({ "kalisi:gateway": '{"port": 70000}', "kalisi:ssh": '{"keysFrom": "gone"}' });
  const problems = found.filter(({ state }) => state === "problem");
  expect(problems.map(({ about }) => about)).toStrictEqual([
    "kalisi:gateway.port",
    "kalisi:ssh.keysFrom",
  ]);
  for (const { code, fix } of problems) {
    expect(code).toMatch(/^KALISI-[A-Z-]+$/);
    expect(fix).not.toBe("");
  }
});

test("a settings file that npm start would make is in nobody's way", () => {
  rmSync(join(project().root, "source/.env"));
  expect(states(look())).toStrictEqual(["ok source tree", "warning settings file", "ok SSH keys"]);
  const configured = look({ "kalisi:envFile": "elsewhere.env" });
  expect(configured.filter(({ state }) => state === "problem")).toHaveLength(1);
});

test("whoever holds a stack's lock is named, and who has left one", () => {
  const at = (name: string) => join(".pulumi-state/.pulumi/locks/organization/kalisi/dev", name);
  const lock = (pid: number) =>
    JSON.stringify({
      pid,
      username: "me",
      hostname: "elsewhere",
      timestamp: "2026-01-01T00:00:00Z",
    });
  project().write(at("a.json"), lock(1));
  expect(states(checkLocks(project().root, "dev"))).toStrictEqual(["problem lock"]);
});

test("a check that fails is a finding, and not the end", async () => {
  const failing = () => Promise.reject(new Error("no answer\nstart it"));
  expect(await findingsOf("thing", failing)).toStrictEqual([
    {
      about: "thing",
      state: "problem",
      code: "KALISI-UNFORESEEN",
      says: "no answer",
      fix: "start it",
    },
  ]);
});
