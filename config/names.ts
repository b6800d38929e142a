import { createHash } from "node:crypto";
import { registryOf } from "./engine/registry-credentials";
import type { Problem } from "./errors";
import { port, type Port } from "./settings/units";

/** The stack that has the guide's own names and ports. */
export const plainStack = "dev";

/** The names that Docker knows a stack's parts by. */
export interface PhysicalNames {
  readonly container: string;
  readonly network: string;
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
    network: `${prefix}-network`,
    volumes: {
      workspace: `${prefix}-workspace`,
      neo4j: `${prefix}-neo4j`,
      redis: `${prefix}-redis`,
      home: `${prefix}-home`,
    },
  };
}

/** The names that a configuration gives instead of derived ones. */
export interface GivenNames {
  readonly container?: string | undefined;
  readonly network?: string | undefined;
  readonly volumes: { readonly [Key in keyof PhysicalNames["volumes"]]?: string | undefined };
}

/** A stack's names: those that its configuration gives, else the derived ones. */
export function chooseNames(stack: string, given: GivenNames): PhysicalNames {
  const derived = physicalNames(stack);
  const { workspace, neo4j, redis, home } = given.volumes;
  return {
    container: given.container ?? derived.container,
    network: given.network ?? derived.network,
    volumes: {
      workspace: workspace ?? derived.volumes.workspace,
      neo4j: neo4j ?? derived.volumes.neo4j,
      redis: redis ?? derived.volumes.redis,
      home: home ?? derived.volumes.home,
    },
  };
}

/** The volumes that a configuration names, other than by what derives from the stack's name. */
export function configuredVolumes(stack: string, { volumes }: GivenNames): readonly string[] {
  const derived = Object.values(physicalNames(stack).volumes);
  return Object.values(volumes).flatMap((name) =>
    name === undefined || derived.includes(name) ? [] : [name],
  );
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

/**
 * Finds what is wrong with a stack's name: Pulumi and Docker must both accept it. The owner and the
 * project may come before it, as Pulumi's own backends show them.
 *
 * @returns undefined where nothing is
 */
export function checkStackName(name: string): string | undefined {
  return /^(?:[A-Za-z0-9][\w.-]*\/){0,2}[A-Za-z0-9][\w.-]{0,99}$/.test(name)
    ? undefined
    : "A stack's name has letters, digits, - _ and . alone, begins with a letter or digit, and has 100 of them at most.";
}

/** What the built image is tagged as where the setting is unset: each stack has its own tag. */
export function imageName(stack: string): string {
  return `kalisi/all-in-one:${stack === plainStack ? "latest" : stack}`;
}

/** The name of a pushed image must include a registry: without one the provider refuses it, in the middle of an update. */
export function publishProblems(
  publish: { readonly enabled: boolean; readonly name: string },
  setting: string,
): readonly Problem[] {
  const qualified = registryOf(publish.name) !== undefined;
  return !publish.enabled || (qualified && !publish.name.includes("@"))
    ? []
    : [
        {
          code: "KALISI-IMAGE-PUBLISH-NAME",
          setting,
          value: publish.name,
          problem: qualified
            ? "has a digest, which only what is pushed already has"
            : "names no registry",
          fix: `name it in full, such as docker.io/me/kalisi:latest: pulumi config set --path '${setting}' NAME`,
        },
      ];
}
