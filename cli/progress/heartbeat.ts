import { print } from "../output";

const every = 30_000;

/**
 * Says every half minute that a step is still going, so that a long one shows it is alive.
 *
 * @param label unset: prints nothing
 * @param detail more to print, known only then
 * @returns what ends it
 */
export function startHeartbeat(label: string | undefined, detail?: () => string): () => void {
  if (label === undefined) {
    return () => undefined;
  }
  const started = Date.now();
  const timer = setInterval(() => {
    const seconds = Math.round((Date.now() - started) / 1000);
    print(`  ... ${label}: ${seconds} s so far${detail?.() ?? ""}`);
  }, every);
  return () => {
    clearInterval(timer);
  };
}
