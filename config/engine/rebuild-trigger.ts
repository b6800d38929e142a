import { countedTrigger } from "./counted-trigger";
import type { Owner } from "./stack-owner";

/**
 * A text that changes when the built image has gone from the Engine, and then stays as it is. The provider
 * never looks whether an image that it built is still there: https://github.com/pulumi/pulumi-docker/issues/421
 * A clone whose count is lost has another name, too.
 *
 * @param root the project's root
 * @param imageIsThere whether the Engine knows the image's name
 * @param record whether to remember a change: what a preview finds missing, only the update will build
 */
export function rebuildTrigger(
  root: string,
  { stack, clone }: Owner,
  imageIsThere: boolean,
  record: boolean,
): string {
  return `${clone}-${countedTrigger(root, "rebuilds", stack, !imageIsThere, record)}`;
}
