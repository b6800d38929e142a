import { TestContainer } from "./container";

/** Gives a test file a way to start containers, each of which is removed after its last test. */
export function ownContainers(): typeof TestContainer.start {
  const containers: TestContainer[] = [];
  afterAll(async () => {
    for (const container of containers) await container.remove();
  });
  return async (wishes) => {
    const container = await TestContainer.start(wishes);
    containers.push(container);
    return container;
  };
}
