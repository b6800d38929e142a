import { createHash } from "node:crypto";
import { port, type Port } from "./units";

/** The stack that has the guide's own names and ports. */
export const plainStack = "dev";

/** The names that Docker knows a stack's parts by. */
export interface PhysicalNames {
  readonly container: string;
  readonly volumes: {
    readonly workspace: string;
    readonly neo4j: string;
    readonly redis: string;
    readonly home: string;
  };
}

/**
 * Derives every physical name of a stack. A renamed volume is lost data: the golden test in
 * test/unit/names.test.ts guards these strings.
 *
 * @param stack the Pulumi stack's name; `dev` has the plain names
 */
export function physicalNames(stack: string): PhysicalNames {
  const prefix = stack === plainStack ? "kalisi" : `kalisi-${stack}`;
  return {
    container: prefix,
    volumes: {
      workspace: `${prefix}-workspace`,
      neo4j: `${prefix}-neo4j`,
      redis: `${prefix}-redis`,
      home: `${prefix}-home`,
    },
  };
}

/** The ports on 127.0.0.1 that a stack has where its configuration names none. */
export interface DerivedPorts {
  readonly ssh: Port;
  readonly gateway: Port;
}

// Below the ports that Linux gives to outgoing connections, which begin at 32768.
const derivedFrom = { ssh: 12_000, gateway: 22_000 };
const derivedRange = 10_000;

/**
 * Derives a stack's ports, the same on every machine. Two stacks may come to the same ones: that is
 * found before anything is created.
 *
 * @param stack the Pulumi stack's name; `dev` has the guide's ports
 */
export function derivedPorts(stack: string): DerivedPorts {
  if (stack === plainStack) {
    return { ssh: port(2222), gateway: port(8443) };
  }
  const offset = createHash("sha256").update(stack).digest().readUInt32BE(0) % derivedRange;
  return { ssh: port(derivedFrom.ssh + offset), gateway: port(derivedFrom.gateway + offset) };
}

/** What the built image is tagged as where the configuration does not say: each stack its own. */
export function imageName(stack: string): string {
  return `kalisi/all-in-one:${stack === plainStack ? "latest" : stack}`;
}
