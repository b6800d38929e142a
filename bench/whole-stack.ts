// What the whole stack costs compared with one bare docker.Container when nothing changes; how soon a changed
// key reaches sshd, and how soon a mistake in the configuration is reported. Run it with the stack up:
// PULUMI_STACK=dev node --require ./compile.cjs bench/whole-stack.ts [rounds]
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { makeKeyPair } from "../test/support/e2e/clone";
import { ssh, withKey } from "../test/support/e2e/probe";
import { withBareStack } from "./bare-stack";
import { inTurns, roundsOr, secondsOf } from "./measure";
import { noOp, sh, type Where } from "./pulumi";

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
          whole: () => secondsOf(() => noOp(line)),
          ours: () => secondsOf(() => noOp(line, ours)),
          plain: () => secondsOf(() => noOp(line, plain)),
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

/** Seconds until a command's output matches a pattern, from where it matches another one or from its start. */
async function secondsTo(
  to: RegExp,
  line: string,
  { from, ...where }: Where & { readonly from?: RegExp },
): Promise<number> {
  const { output, said } = await sh(line, where, to, ...(from === undefined ? [] : [from]));
  const [ended = NaN, begun = 0] = said;
  if (Number.isNaN(ended - begun)) throw new Error(`${line} did not say ${String(to)}:\n${output}`);
  return ended - begun;
}

/** Until the engine reports that the keys are in the container, where sshd reads them; and a command alone. */
async function changeKeys(port: number, bare: Where): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "kalisi-keys-"));
  let count = 0;
  const change = (resource: string, where: Where) =>
    secondsTo(new RegExp(`${resource} updated`), "pulumi up --yes", {
      ...where,
      from: /^Updating \(/m,
    });
  try {
    const seconds = await inTurns(rounds, {
      keys: async () => {
        const key = makeKeyPair(folder, `key-${++count}`);
        const taken = await change("ssh-keys-authorize", {
          env: { KALISI_KEYS_FROM: `${key}.pub` },
        });
        await ssh(port, withKey(key), "true");
        return taken;
      },
      command: () => change("bare", { ...bare, env: { ...bare.env, BARE_INPUT: `${++count}` } }),
    });
    console.log(
      `after the plan's start, changed keys are there after ${seconds.keys.toFixed(2)} s, a bare command's input after ${seconds.command.toFixed(2)} s`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

async function makeMistake(bare: Where): Promise<void> {
  const mistake = { KALISI_IMAGE: "Not A Name" };
  const report = (line: string, where: Where) => secondsTo(/fix: /, line, where);
  const seconds = await inTurns(rounds, {
    start: () => report("npm start", { env: mistake }),
    up: () => report(up, { env: mistake }),
    bare: () => report(up, { ...bare, env: { ...bare.env, BARE_MISTAKE: "true" } }),
  });
  console.log(
    `a mistake is reported after ${seconds.start.toFixed(2)} s by npm start, ${seconds.up.toFixed(2)} s by pulumi up, ${seconds.bare.toFixed(2)} s by pulumi up of a bare program`,
  );
}

void (async () => {
  const { output } = await sh("pulumi stack output --json");
  const outputs = JSON.parse(output) as Outputs;
  await compareNoOps(outputs.imageDigest);
  await withBareStack(outputs.imageDigest, "command", async (bare) => {
    await makeMistake(bare);
    await changeKeys(Number(/-p (\d+)/.exec(outputs.ssh)?.[1]), bare);
  });
  await sh(up);
})();
