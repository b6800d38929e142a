import { createHash, createHmac } from "node:crypto";

/** SHA-256 of content that is no secret, in hex. */
export function digest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex");
}

/**
 * A digest of secret content that shows when it changed and nothing else: keyed, so that nobody who
 * reads the plan can try guesses against it.
 *
 * @param key this machine's own random key, in hex
 */
export function keyedDigest(key: string, content: string): string {
  return createHmac("sha256", Buffer.from(key, "hex")).update(content).digest("hex");
}
