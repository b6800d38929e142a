import { resolve } from "node:path";
import type { Stack } from "@pulumi/pulumi/automation";
import { dockerClient } from "../../config/docker-host";
import { pullAnew } from "../pull-anew";
import { setUp } from "../setup";
import { EngineOutput, openStack } from "../stack";
import { UserError } from "../user-error";

export interface StartOptions {
  readonly build?: boolean;
  readonly autoStart: boolean;
  readonly keysFrom?: string;
  readonly authorizedKeys?: string;
  readonly setup?: boolean;
  readonly stack?: string;
}

/** Sets the machine up and runs `pulumi up`. */
export async function start(root: string, options: StartOptions): Promise<void> {
  const machine = await setUp(root, { redo: options.setup === true });
  const stack = await openStack(root, machine, options.stack, settingsOf(options));
  const imageUrn = `urn:pulumi:${stack.name}::kalisi::kalisi:components:KalisiImage$docker:index/image:Image::image-build`;
  const pull = options.build === true ? await pulledImage(stack) : undefined;
  if (pull !== undefined) {
    await pullAnew(dockerClient(machine.engine.uri), pull);
  }
  const output = new EngineOutput();
  try {
    const { outputs } = await stack.up({
      ...output.options,
      ...(options.build === true && pull === undefined ? { replace: [imageUrn] } : {}),
    });
    console.log(`Kalisi is up: ${String(outputs["url"]?.value)}`);
    console.log(`A shell in it: ${String(outputs["ssh"]?.value)}`);
  } catch {
    throw new UserError(`npm start: not up:\n${output.reason()}`);
  }
}

/** The image that the stack runs without building it, if any. */
async function pulledImage(stack: Stack): Promise<string | undefined> {
  const image = (await stack.getAllConfig())["kalisi:image"]?.value;
  return image === undefined ? undefined : (JSON.parse(image) as { pull?: string }).pull;
}

/** The options as the program reads them. */
function settingsOf(options: StartOptions): Record<string, string> {
  return {
    ...(options.autoStart ? {} : { KALISI_AUTO_START: "false" }),
    ...(options.keysFrom === undefined ? {} : { KALISI_KEYS_FROM: resolve(options.keysFrom) }),
    ...(options.authorizedKeys === undefined ? {} : { AUTHORIZED_KEYS: options.authorizedKeys }),
  };
}
