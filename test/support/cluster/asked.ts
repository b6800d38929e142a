/** How a build shows that it goes on. */
export const progress = { log: console.log, heartbeat: () => () => undefined };

/**
 * Whether tests that need a cluster are to run: building its programs takes longer than all other tests of the project
 * together, see CONTRIBUTING.md.
 *
 * @param untried what is said where they are left out
 */
export function isClusterAsked(untried: string): boolean {
  const isAsked = process.env["KALISI_CLUSTER"] === "all";
  // Of a file whose tests are all skipped, jest shows nothing that goes to its console.
  if (!isAsked) process.stderr.write(`${untried} KALISI_CLUSTER=all does.\n`);
  return isAsked;
}
