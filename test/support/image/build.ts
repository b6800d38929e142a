import { isObject } from "../../../airgap/plugins/values";
import { buildContext } from "./build-context";
import { declaredImage } from "./declared";

/**
 * Builds the image once for all test files, from what the real component declares: never an image
 * that somebody built earlier from other files. Where nothing changed, BuildKit's cache makes it a
 * matter of seconds. The tag is the suite's own, so that a user's image keeps its name.
 */
export default async function build(): Promise<void> {
  const name = process.env["KALISI_TEST_IMAGE"] ?? "kalisi/image-test:latest";
  const { build: inputs } = await declaredImage(name);
  if (!isObject(inputs)) {
    throw new Error("the image declares no build");
  }
  process.env["KALISI_TEST_IMAGE_ID"] = await buildContext(name, inputs, (line) => {
    if (/^#?\d* ?\[|^Step/.test(line)) console.log(line);
  });
}
