import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ContainerCreateOptions } from "dockerode";
import type { ContainerSettings } from "../../../components/container-needs";
import type { KalisiContainerArgs } from "../../../components/kalisi-container";
import { envFileInContainer, neo4jConfInContainer } from "../../../config/container-paths";
import type { ReadOnlyMount } from "../../../components/mounts";
import { root } from "./declared";

/** How a test's container differs from the one that a user has. */
export interface Wishes {
  /** @default true */
  readonly autoStart?: boolean;
  /** The text of runtime/.env, or that a folder or nothing at all is there. @default the example's */
  readonly settings?: string | { readonly bound: "folder" | "nothing" };
  /** The text of neo4j.conf. @default the project's, with a Java that takes less time to start */
  readonly neo4jConf?: string;
  /** What the stack's configuration may switch on. @default nothing, and no port published */
  readonly options?: Partial<Omit<ContainerSettings, "autoStart">> &
    Partial<Pick<KalisiContainerArgs, "environment" | "ports">>;
  /** An image's id. @default the one that was built for the tests */
  readonly image?: string;
  /** Changes what else the Engine is asked for. */
  readonly adjust?: (options: ContainerCreateOptions) => void;
}

/** Those of a container whose runtime/.env has been decided. */
export type WishesWithSettings = Wishes & Required<Pick<Wishes, "settings">>;

/** For a container's `adjust`: a file system of its own at a path, in memory and so as small as one can fill. */
export function mountInMemory(
  { HostConfig }: ContainerCreateOptions,
  path: string,
  options: string,
): void {
  Object.assign(HostConfig ?? {}, { Tmpfs: { ...HostConfig?.Tmpfs, [path]: options } });
}

/** The neo4j.conf that every user begins with. */
export const projectNeo4jConf = readFileSync(join(root, "config/neo4j/neo4j.conf"), "utf8");

/** Without the compiler that optimises what runs for long: a test's server does not. */
const quickNeo4jConf = `${projectNeo4jConf}server.jvm.additional=-XX:TieredStopAtLevel=1\n`;

/** The files that a container has mounted; their texts are written to a folder first. */
export function mountsOf(
  { neo4jConf, settings }: WishesWithSettings,
  folder: string,
): readonly ReadOnlyMount[] {
  const bind = (source: string, target: string) => ({ type: "bind", source, target }) as const;
  const file = (name: string, content: string) => {
    // As a careful user's: readable for nobody else, and of an owner that is unknown inside.
    writeFileSync(join(folder, name), content, { mode: 0o600 });
    return join(folder, name);
  };
  const conf = bind(file("neo4j.conf", neo4jConf ?? quickNeo4jConf), neo4jConfInContainer);
  if (typeof settings === "string") {
    return [conf, bind(file(".env", settings), envFileInContainer)];
  }
  if (settings.bound === "nothing") {
    return [conf];
  }
  mkdirSync(join(folder, "env"), { recursive: true });
  return [conf, bind(join(folder, "env"), envFileInContainer)];
}
