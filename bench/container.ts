import build from "../test/support/image/build";
import { TestContainer } from "../test/support/image/container";
import { projectNeo4jConf, type Wishes } from "../test/support/image/wishes";

/** Builds the image as the image tests do, and passes a healthy container of it to `work`. */
export async function withContainer(
  work: (container: TestContainer) => Promise<void>,
  wishes: Wishes = {},
): Promise<void> {
  await build();
  const container = await TestContainer.start({ neo4jConf: projectNeo4jConf, ...wishes });
  try {
    await container.untilHealthy();
    await work(container);
  } finally {
    await container.remove();
  }
}
