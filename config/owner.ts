import { keyedDigest } from "./digest";

/** Whose a container is: names can be held by another stack, another clone's, or by hand. */
export interface Owner {
  /** The Pulumi stack. */
  readonly stack: string;
  /** This clone of the project, which keeps the stack's state: another one may have a stack of the same name. */
  readonly clone: string;
}

export const stackLabel = "kalisi.stack";
export const cloneLabel = "kalisi.clone";

/** @param digestKey the clone's own random key, in hex */
export function ownerOf(stack: string, digestKey: string): Owner {
  return { stack, clone: keyedDigest(digestKey, "clone").slice(0, 12) };
}
