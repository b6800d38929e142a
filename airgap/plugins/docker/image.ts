import { existsSync } from "node:fs";
import { join } from "node:path";
import { changes } from "../paths";
import type { Context, ResourceType } from "../resource";
import { refusals, type Failure, type Table } from "../table";
import { containsUnknown, isObject, text, type Props } from "../values";
import { buildImage, relativeDockerfile } from "./build";
import { contextDigest, readContext } from "./context";
import { registryOf } from "../../../config/engine/registry-credentials";
import { pushImage } from "./push";

const buildFields = ["args", "builderVersion", "context", "dockerfile", "platform", "target"];

/** The inputs of a built image that this stack uses. */
export const imageTable: Table = {
  imageName: {},
  build: { fields: Object.fromEntries(buildFields.map((field) => [field, null])) },
  buildOnPreview: { only: false },
  skipPush: {},
};

const exact = { order: false, zeros: false };
const architectures: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386" };
const hostPlatform = `linux/${architectures[process.arch] ?? process.arch}`;

function buildOf(inputs: Props): Props {
  return isObject(inputs["build"]) ? inputs["build"] : {};
}

function withBuildDefaults(given: Props): Props {
  const context = text(given["context"]) ?? ".";
  const dockerfile = text(given["dockerfile"]) ?? join(context, "Dockerfile");
  return { platform: hostPlatform, ...given, context, dockerfile };
}

function problems(news: Props, build: Props): readonly Failure[] {
  const failures = [...refusals("Image", imageTable, news)];
  const name = text(news["imageName"]) ?? "";
  if (pushes(news) && !containsUnknown(name) && registryOf(name) === undefined) {
    failures.push({
      property: "imageName",
      reason: `what is pushed must name its registry, such as docker.io/${name}`,
    });
  }
  if (build["builderVersion"] === "BuilderV1") {
    failures.push({
      property: "build.builderVersion",
      reason: "the stand-in for the official docker plugin builds with BuilderBuildKit only",
    });
  }
  for (const key of ["context", "dockerfile"] as const) {
    const path = text(build[key]) ?? "";
    if (!containsUnknown(path) && !existsSync(path)) {
      failures.push({ property: `build.${key}`, reason: `there is no ${path}` });
    } else if (key === "dockerfile" && relativeDockerfile(build).startsWith("../")) {
      failures.push({
        property: "build.dockerfile",
        reason: `the stand-in for the official docker plugin sends the context alone: ${path} is not in it`,
      });
    }
  }
  return failures;
}

/** As in the official plugin, pushing is what happens where nothing is said. */
function pushes(inputs: Props): boolean {
  return inputs["skipPush"] !== true;
}

async function built(inputs: Props, context: Context): Promise<Props> {
  const build = buildOf(inputs);
  const name = text(inputs["imageName"]) ?? "";
  const id = await buildImage(name, build, context);
  const repoDigest = pushes(inputs) ? await pushImage(name, context) : id;
  return {
    imageName: name,
    baseImageName: name,
    registryServer: "",
    repoDigest,
    context: build["context"] ?? ".",
    dockerfile: relativeDockerfile(build),
    platform: build["platform"] ?? hostPlatform,
  };
}

/** An image that is built in the Engine, and pushed unless it is told not to. */
export const image: ResourceType = {
  check(news) {
    const build = withBuildDefaults(buildOf(news));
    const failures = problems(news, build);
    const inputs = { buildOnPreview: false, ...news, build };
    const known = !containsUnknown(build["context"]) && !containsUnknown(build["dockerfile"]);
    if (failures.length > 0 || !known) {
      return { inputs, failures };
    }
    const files = readContext(text(build["context"]) ?? ".", text(build["dockerfile"]) ?? "");
    return {
      inputs: { ...inputs, build: { ...build, contextDigest: contextDigest(files) } },
      failures,
    };
  },

  diff(oldInputs, _state, news) {
    // As the official plugin, without the paths below the inputs.
    const changed = Object.keys(imageTable).flatMap((key) => {
      const [first] = changes(key, oldInputs[key], news[key], exact);
      return first === undefined ? [] : [[key, first[0] === key ? first[1] : "update"] as const];
    });
    return { properties: Object.fromEntries(changed), deleteBeforeReplace: false };
  },

  async create(inputs, context) {
    if (context.preview) {
      return { id: "", state: inputs };
    }
    return { id: text(inputs["imageName"]) ?? "", state: await built(inputs, context) };
  },

  // As the official plugin: whether the image is still there is not looked at.
  read: (_id, inputs, state) => ({ inputs, state }),

  async update(_id, _state, inputs, context) {
    return context.preview ? inputs : built(inputs, context);
  },

  delete() {
    // As the official plugin: the image stays, other stacks may run it.
  },
};
