import build from "../test/image/build";
import { TestContainer, type Wishes } from "../test/image/container";
import { exampleSettings } from "../test/image/declared";

/** Builds the image as the image tests do, and gives a healthy container of it to `work`. */
export async function withContainer(
  work: (container: TestContainer) => Promise<void>,
  wishes: Wishes = {},
): Promise<void> {
  await build();
  // Once for all starts: each call makes other secrets, and a new password costs the database a change.
  const container = await TestContainer.start({ settings: exampleSettings(), ...wishes });
  try {
    await container.untilHealthy();
    await work(container);
  } finally {
    await container.remove();
  }
}
