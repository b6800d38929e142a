// How long it takes to find and hash the build context's files, as each plan does, with a clone of
// Kalisi in source/. The official plugin does the same in Go.
// node --require ./compile.cjs bench/context.ts [rounds]
import { lstatSync } from "node:fs";
import { join } from "node:path";
import { contextDigest, readContext } from "../airgap/plugins/docker/context";
import { inTurns, roundsOr, secondsOf } from "./measure";
import { root } from "./pulumi";

const rounds = roundsOr(5);

void (async () => {
  const context = () => readContext(root, join(root, "docker", "Dockerfile"));
  const { digest } = await inTurns(rounds, {
    digest: () => secondsOf(() => Promise.resolve(contextDigest(context()))),
  });
  const { files } = context();
  const bytes = files.reduce((sum, file) => sum + lstatSync(join(root, file)).size, 0);
  console.log(
    `${files.length} files, ${(bytes / 1e6).toFixed(0)} MB: ${(digest * 1000).toFixed(0)} ms`,
  );
})();
