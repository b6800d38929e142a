import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import type { managedBuildArgs } from "../config/settings/build-args";
import type { BuiltFrom } from "../config/files/revision";
import type { Neo4jOrigin, ToolchainOrigin } from "../config/settings/formats";

export interface KalisiImageArgs {
  /** What the image is tagged as. @example "kalisi/all-in-one:latest" */
  readonly name: string;
  /** What it is built from. */
  readonly source: {
    /** The source tree's app root (where Cargo.toml is), relative to the build context. */
    readonly appRoot: string;
    /** What the workspace's git history is made from. @default the workspace gets none */
    readonly history?: string | undefined;
    /** The revision that the labels name. @default no such labels */
    readonly revision?: BuiltFrom | undefined;
  };
  /** Base images by stage. @default the Dockerfile's own */
  readonly baseImages: {
    readonly base?: string | undefined;
    readonly rust?: string | undefined;
    readonly node?: string | undefined;
    readonly neo4j?: string | undefined;
  };
  /** Whether a toolchain comes from its official image, or from packages on the base image. */
  readonly from: {
    readonly rust: ToolchainOrigin;
    readonly node: ToolchainOrigin;
    readonly neo4j: Neo4jOrigin;
  };
  /** Addresses that the build, and only the build, gets packages from. @default the public ones */
  readonly mirrors: {
    readonly aptProxy?: string | undefined;
    readonly apt?: string | undefined;
    readonly npm?: string | undefined;
    readonly cargo?: string | undefined;
    readonly maven?: string | undefined;
  };
  /** Further build arguments. They stay readable in the image's history. @default none */
  readonly buildArgs?: Readonly<Record<string, string>> | undefined;
  /** Certificates in PEM that the build, and only the build, trusts. @default those of .kalisi/ca */
  readonly caCertificates?: string | undefined;
  /** Builds again when it changes, though nothing that the image is built from has. @default never */
  readonly rebuildTrigger?: string | undefined;
  /** What it is built for. @default what Pulumi itself runs on @example "linux/arm64" */
  readonly platform?: string | undefined;
  /** A published image to run instead of building one; the Engine pulls it where it is not there. */
  readonly pull?: string | undefined;
  /** Where the built image is pushed, with the Docker client's own credentials. @default nowhere */
  readonly publish?: { readonly enabled: boolean; readonly name: string } | undefined;
}

/**
 * The all-in-one image: built from docker/Dockerfile with BuildKit, or pulled. A built one can be pushed:
 * whatever depends on this component then waits until it is.
 */
export class KalisiImage extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:KalisiImage";

  /** The image's id, `sha256:...`: what a container must refer to, to be replaced when the image is. */
  readonly digest: pulumi.Output<string>;

  constructor(name: string, args: KalisiImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super(KalisiImage.type, name, {}, opts);

    this.digest = args.pull === undefined ? this.build(name, args) : this.pull(name, args.pull);
    this.registerOutputs({ digest: this.digest });
  }

  private build(name: string, args: KalisiImageArgs): pulumi.Output<string> {
    const build = {
      // The repository's root, less what docker/Dockerfile.dockerignore leaves out.
      context: ".",
      dockerfile: "docker/Dockerfile",
      builderVersion: docker.BuilderVersion.BuilderBuildKit,
      args: buildArgs(args),
      ...(args.platform === undefined ? {} : { platform: args.platform }),
    };
    const image = new docker.Image(
      `${name}-build`,
      { imageName: args.name, skipPush: true, build },
      {
        parent: this,
        ...(args.rebuildTrigger === undefined ? {} : { replacementTrigger: args.rebuildTrigger }),
      },
    );
    if (args.publish?.enabled === true) {
      // The same build once more, all of it from the cache: only this resource pushes with the client's
      // credentials. docker.RegistryImage is given them by the provider, whose inputs the state holds.
      new docker.Image(
        `${name}-publish`,
        { imageName: args.publish.name, skipPush: false, build },
        { parent: this, dependsOn: image, replaceWith: [image] },
      );
    }
    return image.repoDigest;
  }

  private pull(name: string, imageName: string): pulumi.Output<string> {
    const image = new docker.RemoteImage(
      `${name}-pull`,
      // Removing it would take it from other stacks, too.
      { name: imageName, keepLocally: true },
      { parent: this },
    );
    return image.imageId;
  }
}

function buildArgs(image: KalisiImageArgs): Record<string, string> {
  const { baseImages, from, mirrors } = image;
  const { appRoot, history, revision } = image.source;
  const args: Record<keyof typeof managedBuildArgs, string | undefined> = {
    SOURCE_DIR: appRoot,
    SOURCE_HISTORY: history,
    BASE_IMAGE: baseImages.base,
    BASE_DIGEST: /@(sha256:[0-9a-f]{64})$/.exec(baseImages.base ?? "")?.[1],
    RUST_IMAGE: baseImages.rust,
    NODE_IMAGE: baseImages.node,
    NEO4J_IMAGE: baseImages.neo4j,
    RUST_FROM: from.rust,
    NODE_FROM: from.node,
    NEO4J_FROM: from.neo4j,
    APT_PROXY: mirrors.aptProxy,
    APT_MIRROR: mirrors.apt,
    NPM_REGISTRY: mirrors.npm,
    CARGO_REGISTRY: mirrors.cargo,
    MAVEN_MIRROR: mirrors.maven,
    CA_CERTIFICATES: image.caCertificates,
    REVISION: revision?.revision,
    CREATED: revision?.created,
    SOURCE_REVISION: revision?.sourceRevision,
  };
  return Object.fromEntries(
    Object.entries({ ...image.buildArgs, ...args }).filter(
      (entry): entry is [string, string] => entry[1] !== undefined,
    ),
  );
}
