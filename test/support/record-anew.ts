/** How Pulumi runs the program, and whether that is a preview; for `describe.each`. */
export const modes = [
  ["update", false],
  ["preview", true],
] as const;

/**
 * Records in a module registry of its own, for test files that run the program or a component in both modes. What
 * declares resources must be imported after this, and before the next call.
 *
 * @param preview and `stack`: as of `recordResources`
 */
export async function recordAnew(preview: boolean, stack?: string) {
  jest.resetModules();
  const { recordResources } = await import("./recorder");
  const { valueOf } = await import("../../policy/unknown");
  const { runtime } = await import("@pulumi/pulumi");
  return { registered: await recordResources(preview, stack), runtime, valueOf };
}
