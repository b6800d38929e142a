import type Docker from "dockerode";
import { hasImage } from "../../config/engine/images";

const engine = (inspect: () => Promise<unknown>) =>
  ({ getImage: () => ({ inspect }) }) as unknown as Docker;

const refusal = (statusCode: number) =>
  Object.assign(new Error(String(statusCode)), { statusCode });

test("an Engine that answers has the image, or says that it has not", async () => {
  expect(
    await hasImage(
      engine(() => Promise.resolve({})),
      "a",
    ),
  ).toBe(true);
  expect(
    await hasImage(
      engine(() => Promise.reject(refusal(404))),
      "a",
    ),
  ).toBe(false);
});

test("a failure of the Engine's is no answer: nothing else may be built for it", async () => {
  await expect(
    hasImage(
      engine(() => Promise.reject(refusal(500))),
      "a",
    ),
  ).rejects.toThrow("500");
});
