// What the whole stack costs beside one bare docker.Container when nothing changes; how soon a changed
// key reaches sshd, and a mistake in the configuration is reported. Run it with the stack up:
// PULUMI_STACK=dev node --require ./cli/compile.cjs bench/whole-stack.ts [rounds]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeKeyPair } from "../test/e2e/clone";
import { ssh, withKey } from "../test/e2e/probe";
import { withBareStack } from "./bare-stack";
import { inTurns, median, roundsOr } from "./measure";
import { noOp, sh } from "./pulumi";

const rounds = roundsOr(5);
const up = "pulumi up --yes --skip-preview";
const preview = "pulumi preview";

interface Outputs {
  readonly imageDigest: string;
  /** Such as `ssh -p 2222 kalisi@127.0.0.1`. */
  readonly ssh: string;
}

async function compareNoOps(image: string): Promise<void> {
  await withBareStack(image, "ours", (ours) =>
    withBareStack(image, "plain", async (plain) => {
      for (const [verb, line] of [
        ["up", up],
        ["preview", preview],
      ] as const) {
        const seconds = await inTurns(rounds, {
          whole: () => noOp(line),
          ours: () => noOp(line, ours),
          plain: () => noOp(line, plain),
        });
        const against = (bare: "ours" | "plain") =>
          `${seconds[bare].toFixed(2)} s (${(seconds.whole / seconds[bare]).toFixed(2)} times)`;
        console.log(
          `no-op ${verb}: ${seconds.whole.toFixed(2)} s; one container in plain JavaScript ${against("plain")}, with this project's loader ${against("ours")}`,
        );
      }
    }),
  );
}

/** From the plan's start until the engine says that the keys are in the container, where sshd reads them. */
async function changeKeys(port: number): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kalisi-keys-"));
  const seconds: number[] = [];
  try {
    for (let round = 0; round < rounds; round += 1) {
      const key = makeKeyPair(folder, `key-${round}`);
      const env = { KALISI_KEYS_FROM: `${key}.pub` };
      const marks = [/^Updating \(/m, /ssh-keys-authorize updated/] as const;
      const { output, said } = await sh("pulumi up --yes", { env }, ...marks);
      const [begun = NaN, installed = NaN] = said;
      if (Number.isNaN(installed)) throw new Error(`no key was exchanged:\n${output}`);
      await ssh(port, withKey(key), "true");
      seconds.push(installed - begun);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
  console.log(`a key change: ${median(seconds).toFixed(2)} s after the plan's start`);
}

async function makeMistake(line: string): Promise<void> {
  const seconds: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const { output, said } = await sh(line, { env: { KALISI_IMAGE: "Not A Name" } }, /fix: /);
    const [reported = NaN] = said;
    if (Number.isNaN(reported)) throw new Error(`no mistake was reported:\n${output}`);
    seconds.push(reported);
  }
  console.log(`${line}: a mistake is reported after ${median(seconds).toFixed(2)} s`);
}

void (async () => {
  const { output } = await sh("pulumi stack output --json");
  const outputs = JSON.parse(output) as Outputs;
  await compareNoOps(outputs.imageDigest);
  await makeMistake("npm start");
  await makeMistake(up);
  await changeKeys(Number(/-p (\d+)/.exec(outputs.ssh)?.[1]));
  await sh(up);
})();
