import { join } from "node:path";
import { digest, keyedDigest } from "../digest";

/** Whose a container, a network or a volume is: names can be held by another stack, another clone's, or by hand. */
export interface Owner {
  /** The Pulumi stack. */
  readonly stack: string;
  /** This clone of the project, which keeps the stack's state: another one may have a stack of the same name. */
  readonly clone: string;
}

export const stackLabel = "kalisi.stack";
export const cloneLabel = "kalisi.clone";
const composeLabel = "com.docker.compose.project";

/** What Docker has on a container, a network or a volume; an Engine may leave it out where there is none. */
export type Labels = Readonly<Record<string, string>> | null | undefined;

/** @param digestKey the clone's own random key, in hex */
export function ownerOf(stack: string, digestKey: string): Owner {
  return { stack, clone: cloneId(digestKey) };
}

/** What a clone is called in labels. */
export function cloneId(digestKey: string): string {
  return keyedDigest(digestKey, "clone").slice(0, 12);
}

/** What the stack's containers, networks and volumes carry. */
export function ownerLabels({ stack, clone }: Owner): Readonly<Record<string, string>> {
  return { [stackLabel]: stack, [cloneLabel]: clone };
}

/** What the name of every stack's bridge begins with. */
export const bridgePrefix = "kalisi-";

/**
 * What the stack's bridge is called among the machine's network interfaces, which have names of 15 characters at
 * most: a firewall's rule can name them all by what they begin with.
 */
export function bridgeName({ stack, clone }: Owner): string {
  return `${bridgePrefix}${digest(`${clone} ${stack}`).slice(0, 8)}`;
}

/**
 * What editors know a folder's container by, in place of one that they would make:
 * https://github.com/devcontainers/cli/blob/v0.89.0/src/spec-node/singleContainer.ts
 *
 * @param root the project's root, whose `.devcontainer` they read
 */
export function editorLabels(root: string): Readonly<Record<string, string>> {
  return {
    "devcontainer.local_folder": root,
    "devcontainer.config_file": join(root, ".devcontainer", "devcontainer.json"),
  };
}

/** The owner that labels name. Both are needed: with one of them alone it is not this stack's, but still another's. */
export function labelledOwner(labels: Labels): Partial<Owner> | undefined {
  const [stack, clone] = [labels?.[stackLabel], labels?.[cloneLabel]];
  return stack === undefined && clone === undefined
    ? undefined
    : { ...(stack === undefined ? {} : { stack }), ...(clone === undefined ? {} : { clone }) };
}

/** Whether labels name this very stack of this very clone. */
export function isOwn(labels: Labels, { stack, clone }: Owner): boolean {
  return labels?.[stackLabel] === stack && labels[cloneLabel] === clone;
}

/** The owner that labels name, in words; undefined where they name none. */
export function whose(labels: Labels, owner: Owner): string | undefined {
  const found = labelledOwner(labels);
  if (found === undefined) {
    const project = labels?.[composeLabel];
    return project === undefined ? undefined : `compose project ${project}`;
  }
  const stack = found.stack === undefined ? "an unnamed stack" : `stack ${found.stack}`;
  return found.clone === owner.clone
    ? stack
    : `${stack} of another clone${found.clone === undefined ? "" : `, ${found.clone}`}`;
}
