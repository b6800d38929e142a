// How much `npm start` adds to a bare `pulumi up` of an unchanged stack. Run it with the stack up and
// everything cached: node --require tsx/cjs bench/no-op.ts [rounds]
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(__dirname, "..");
const rounds = Number(process.argv[2] ?? 5);

const commands = {
  "pulumi up": "pulumi up --yes --stack dev",
  "npm start": "npm start --silent -- --stack dev",
} as const;

type Name = keyof typeof commands;

const names = Object.keys(commands) as Name[];
const seconds: Record<Name, number[]> = { "pulumi up": [], "npm start": [] };

// Taken in turns, so that a slow minute of the machine falls on both.
for (let round = 0; round < rounds; round += 1) {
  for (const name of names) {
    const started = performance.now();
    const { status, stdout } = spawnSync("sh", ["-c", `. .kalisi/activate && ${commands[name]}`], {
      cwd: root,
      encoding: "utf8",
    });
    if (status !== 0 || !/Resources:\s+\d+ unchanged/.test(stdout)) {
      throw new Error(`${name} was no no-op:\n${stdout}`);
    }
    seconds[name].push((performance.now() - started) / 1000);
  }
}

const median = (values: readonly number[]) =>
  [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
for (const name of names) {
  console.log(`${name}: median ${median(seconds[name]).toFixed(1)} s of ${rounds}`);
}
console.log(`ratio: ${(median(seconds["npm start"]) / median(seconds["pulumi up"])).toFixed(2)}`);
