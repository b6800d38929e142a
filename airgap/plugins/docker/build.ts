import { relative } from "node:path";
import type { Readable } from "node:stream";
import type { ImageBuildOptions } from "dockerode";
import { pack } from "tar-fs";
import { engineMessage } from "../../../config/engine/message";
import { readProgress } from "../../../config/engine/progress";
import type { Context } from "../resource";
import { stringMap, text, type Json, type Props } from "../values";
import { decodeTrace, type Line } from "./buildkit";
import { docker } from "./client";
import { readContext, type BuildContext } from "./context";

const linesOnFailure = 30;
const longestLine = 80;
// Every step is shown as it starts; of what it prints, a line now and then says that it lives.
const quietMilliseconds = 10_000;

/** As the docker command does, the Dockerfile is sent even where it is ignored. */
function tar({ root, files }: BuildContext, dockerfile: string): Readable {
  const archive: unknown = pack(root, {
    entries: [...new Set([...files, dockerfile])],
    // Files belong to root in the image, whoever checked them out.
    map: (header) => ({ ...header, uid: 0, gid: 0 }),
  });
  // The types of tar-stream lag behind: it is a stream in Node's sense.
  return archive as Readable;
}

function failure(reason: string, lines: readonly string[]): Error {
  const tail = lines.slice(-linesOnFailure).map((line) => `  ${line}`);
  return new Error(
    [`the image does not build: ${reason}`, "the last lines of its output:", ...tail].join("\n"),
  );
}

/** A step of the Dockerfile can be many lines long; its beginning is enough to know it by. */
function toShortLine(line: string): string {
  const oneLine = line.replace(/\s+/g, " ").trim();
  return oneLine.length > longestLine ? `${oneLine.slice(0, longestLine - 3)}...` : oneLine;
}

async function follow(output: NodeJS.ReadableStream, context: Context): Promise<void> {
  const seen: Line[] = [];
  let lastShown = 0;
  let reason: string | undefined;
  let failedStep: string | undefined;
  for await (const { id, aux, error } of readProgress(output)) {
    reason ??= error;
    if (id !== "moby.buildkit.trace" || typeof aux !== "string") {
      continue;
    }
    const { started, printed, failed } = decodeTrace(aux);
    failedStep ??= failed;
    seen.push(...started, ...printed);
    const due = Date.now() - lastShown > quietMilliseconds ? printed.slice(-1) : [];
    for (const { text } of [...started, ...due]) {
      context.status(toShortLine(text));
      lastShown = Date.now();
    }
  }
  if (reason === undefined) {
    return;
  }
  const lines = seen.filter(({ step }) => failedStep === undefined || step === failedStep);
  throw failure(
    reason,
    lines.map(({ text }) => text),
  );
}

/**
 * Builds with the BuildKit inside the Engine.
 *
 * @param name what the image is tagged as
 * @param build the inputs of the image's build
 * @returns the id of the local image, `sha256:...`
 * @throws with the last lines of the step that failed
 */
export async function buildImage(name: string, build: Props, context: Context): Promise<string> {
  const source = readContext(text(build["context"]) ?? ".", text(build["dockerfile"]) ?? "");
  const dockerfile = relativeDockerfile(build);
  const options: ImageBuildOptions = {
    version: "2",
    dockerfile,
    t: name,
    buildargs: stringMap(build["args"]),
    ...given("platform", build["platform"]),
    ...given("target", build["target"]),
    abortSignal: context.signal,
  };
  try {
    await follow(await docker().buildImage(tar(source, dockerfile), options), context);
    return (await docker().getImage(name).inspect()).Id;
  } catch (error) {
    throw new Error(engineMessage(error), { cause: error });
  }
}

function given(key: keyof ImageBuildOptions, value: Json | undefined): ImageBuildOptions {
  return value === undefined || value === "" ? {} : { [key]: value };
}

/** The Dockerfile's path from the context's root. */
export function relativeDockerfile(build: Props): string {
  return relative(text(build["context"]) ?? ".", text(build["dockerfile"]) ?? "");
}
