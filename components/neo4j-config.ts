import * as pulumi from "@pulumi/pulumi";
import { digest } from "../config/digest";
import type { Mebibytes } from "../config/settings/units";
import type { MemoryShares } from "./kalisi-container";
import type { HostBind } from "./mounts";

export interface Neo4jConfigArgs {
  /** Absolute path of neo4j.conf on the Engine's machine. */
  readonly confPath: string;
  /** Its content, checked. */
  readonly confContent: string;
  /**
   * Neo4j's heap. Stands over neo4j.conf's.
   * @default neo4j.conf's, else a quarter of the container's memory
   */
  readonly heap?: Mebibytes | undefined;
  /**
   * Neo4j's page cache. Stands over neo4j.conf's.
   * @default neo4j.conf's, else an eighth of the container's memory
   */
  readonly pageCache?: Mebibytes | undefined;
}

/**
 * Neo4j's configuration: the file that the container mounts read-only, and the digest that replaces
 * the container when it is edited (a running container keeps the old file where an editor renames).
 * Typed settings reach the container apart from the file, which stays the user's own.
 * The admin password is set inside the container, from the mounted runtime/.env: it never comes here.
 */
export class Neo4jConfig extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:Neo4jConfig";

  readonly bind: HostBind;
  readonly digest: string;
  /** The typed settings, as the container takes them. */
  readonly settings: Pick<MemoryShares, "neo4jHeap" | "neo4jPageCache">;

  constructor(name: string, args: Neo4jConfigArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Neo4jConfig.type, name, {}, opts);

    this.bind = { hostPath: args.confPath, containerPath: "/etc/neo4j/neo4j.conf" };
    this.digest = digest(args.confContent);
    this.settings = { neo4jHeap: args.heap, neo4jPageCache: args.pageCache };
    this.registerOutputs({ bind: this.bind, digest: this.digest, settings: this.settings });
  }
}
