import * as pulumi from "@pulumi/pulumi";
import { neo4jConfInContainer } from "../config/container-paths";
import { digest } from "../config/digest";
import type { Mebibytes } from "../config/settings/units";
import type { HostFile } from "./mounts";

export interface Neo4jConfigArgs {
  /** The file that Neo4j reads. Its path is absolute; its content is checked. */
  readonly conf: { readonly path: string; readonly content: string };
  /**
   * Neo4j's heap. Overrides neo4j.conf's.
   *
   * @default neo4j.conf's, else a share of the container's memory
   * @example memory("1g")
   */
  readonly heap?: Mebibytes | undefined;
  /**
   * Neo4j's page cache. Overrides neo4j.conf's.
   *
   * @default neo4j.conf's, else a share of the container's memory
   * @example memory("512m")
   */
  readonly pageCache?: Mebibytes | undefined;
  /**
   * Whether the server has APOC's procedures. A plugin that the user has put beside them is not affected.
   *
   * @default true
   */
  readonly apoc?: boolean | undefined;
}

/**
 * Neo4j's configuration: the file that the container has read-only, and the digest that replaces
 * the container when it is edited (a running container keeps the old file where an editor renames).
 * Typed settings reach the container apart from the file, which stays the user's own.
 * The admin password is set inside the container, from the mounted runtime/.env: it never comes here.
 */
export class Neo4jConfig extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:Neo4jConfig";

  readonly file: HostFile;
  /** The typed settings as the container's environment. */
  readonly environment: Readonly<Record<string, string>>;

  constructor(name: string, args: Neo4jConfigArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Neo4jConfig.type, name, {}, opts);

    this.file = {
      path: args.conf.path,
      containerPath: neo4jConfInContainer,
      digest: digest(args.conf.content),
    };
    this.environment = {
      ...(args.heap === undefined ? {} : { KALISI_NEO4J_HEAP: `${args.heap}m` }),
      ...(args.pageCache === undefined ? {} : { KALISI_NEO4J_PAGE_CACHE: `${args.pageCache}m` }),
      ...(args.apoc === false ? { KALISI_NEO4J_APOC: "false" } : {}),
    };
    this.registerOutputs({ file: this.file, environment: this.environment });
  }
}
