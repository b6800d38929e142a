import * as pulumi from "@pulumi/pulumi";
import { digest } from "../config/digest";
import type { HostBind } from "./kalisi-container";

export interface Neo4jConfigArgs {
  /** Absolute path of neo4j.conf on the Engine's machine. */
  readonly confPath: string;
  /** Its content, checked. */
  readonly confContent: string;
}

/**
 * Neo4j's configuration: the file that the container mounts read-only, and the digest that replaces
 * the container when it is edited (a running container keeps the old file where an editor renames).
 * The admin password is set inside the container, from the mounted runtime/.env: it never comes here.
 */
export class Neo4jConfig extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:Neo4jConfig";

  readonly bind: HostBind;
  readonly digest: string;

  constructor(name: string, args: Neo4jConfigArgs, opts?: pulumi.ComponentResourceOptions) {
    super(Neo4jConfig.type, name, {}, opts);

    this.bind = { hostPath: args.confPath, containerPath: "/etc/neo4j/neo4j.conf" };
    this.digest = digest(args.confContent);
    this.registerOutputs({ bind: this.bind, digest: this.digest });
  }
}
