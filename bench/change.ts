// How long it takes from a change to one line until the container that has it is healthy: built as this
// project builds, and with a Dockerfile in the former setup's style. Also which parts a change builds again.
// node --require ./compile.cjs bench/change.ts [rounds]
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isObject, type Props } from "../airgap/plugins/values";
import { buildContext, copyBuildFiles, copySources } from "../test/support/image/build-context";
import { declaredImage, root } from "../test/support/image/declared";
import { docker } from "../test/support/e2e/probe";
import { withContainer } from "./container";
import { median, roundsOr, secondsOf } from "./measure";

const rounds = roundsOr(3);
const image = "kalisi/bench:latest";
const former = "kalisi/bench-former:latest";
const service = "examples/source/services/api-gateway/src/server.rs";

const context = mkdtempSync(join(tmpdir(), "kalisi-bench-"));
copyBuildFiles(context);
copySources(join(root, "examples/source"), join(context, "examples/source"));
cpSync(join(root, "bench/former-style.Dockerfile"), join(context, "bench/former-style.Dockerfile"));

/** Changes one line of a file to something that no build has seen yet. */
function edit(file: string, line: string): void {
  const original = readFileSync(join(root, file), "utf8");
  const edited = original.replace(line, `${line} (edited at ${Date.now()})`);
  if (edited === original) throw new Error(`${file} has no "${line}"`);
  writeFileSync(join(context, file), edited);
}

/** Builds, and returns which steps were not taken from the cache. */
async function build(name: string, inputs: Props): Promise<readonly string[]> {
  const steps: string[] = [];
  process.env["KALISI_TEST_IMAGE_ID"] = await buildContext(name, { ...inputs, context }, (line) =>
    steps.push(line),
  );
  return steps;
}

void withContainer(async (kalisi) => {
  const { build: declared } = await declaredImage(image);
  if (!isObject(declared)) throw new Error("the image declares no build");
  const ours = { ...declared, dockerfile: join(context, "docker/Dockerfile") };
  const theirs = {
    dockerfile: join(context, "bench/former-style.Dockerfile"),
    args: { IMAGE: image },
  };
  try {
    await build(image, ours);
    for (const [what, file, line] of [
      ["documentation", "examples/source/README.md", "# "],
      ["the frontend", "examples/source/frontend/src/main.ts", "The gateway does not answer"],
      ["a Rust service", service, "stopped"],
    ] as const) {
      edit(file, line);
      const steps = await build(image, ours);
      const ran = (step: RegExp) => (steps.some((line) => step.test(line)) ? "built" : "kept");
      console.log(
        `a change to ${what}: Rust ${ran(/^\[rust-build .*RUN/)}, frontend ${ran(/^\[frontend-build .*RUN/)}`,
      );
    }
    const seconds = { ours: [] as number[], former: [] as number[] };
    for (let round = 0; round < rounds; round += 1) {
      for (const [way, name, inputs] of [
        ["ours", image, ours],
        ["former", former, theirs],
      ] as const) {
        edit(service, "stopped");
        seconds[way].push(
          await secondsOf(async () => {
            await build(name, inputs);
            // With time to stop, as when `pulumi up` replaces a container.
            await kalisi.stop();
            await kalisi.recreate();
            await kalisi.untilHealthy();
          }),
        );
        console.log(`${way}: ${seconds[way].at(-1)?.toFixed(0)} s`);
      }
    }
    const [here, there] = [median(seconds.ours), median(seconds.former)];
    console.log(`change to healthy: ${here.toFixed(0)} s, former style ${there.toFixed(0)} s`);
    console.log(`ratio: 1/${(there / here).toFixed(1)}`);
  } finally {
    rmSync(context, { recursive: true });
    // A build that failed has left no image, and its own error is the one to show.
    await Promise.allSettled(
      [former, image].map((name) => docker.getImage(name).remove({ force: true })),
    );
  }
});
