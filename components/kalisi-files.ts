import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import { placedFilesFolder } from "../config/container-paths";
import { isLocal } from "../config/engine/endpoint";
import { filesVolumeOf } from "../config/engine/placed-files";
import type { Owner } from "../config/engine/stack-owner";
import { projectCommand } from "./commands/project-command";
import type { HostFile, ReadOnlyMount } from "./mounts";

export interface KalisiFilesArgs {
  /** What the container has, by the names that the files have on a volume. */
  readonly files: Readonly<Record<string, HostFile>>;
  /** Engine endpoint. @example "ssh://me@far" */
  readonly dockerHost: string;
  /** The volume's name derives from it. @example "kalisi" */
  readonly containerName: string;
  /** Whose the volume is. */
  readonly owner: Owner;
  /** The id of an image that the Engine has: it copies files into volumes of containers alone. */
  readonly image: pulumi.Input<string>;
  /** Another value places them again. */
  readonly asked: number;
}

/**
 * This machine's files that the container has, read-only: mounted from here; or, where the Engine is on another machine,
 * placed there, on a volume that is root's alone. A command reads them itself, so that they are in no state; an edit
 * updates it, and `pulumi destroy` removes the volume.
 *
 * Errors: a volume of that name that is not this stack's fails the update, and stays as it is.
 */
export class KalisiFiles extends pulumi.ComponentResource {
  static readonly type = "kalisi:components:KalisiFiles";

  readonly mounts: readonly ReadOnlyMount[];
  /** By the files' names: another one replaces the container. */
  readonly digests: Readonly<Record<string, string>>;

  constructor(name: string, args: KalisiFilesArgs, opts?: pulumi.ComponentResourceOptions) {
    super(KalisiFiles.type, name, {}, opts);

    this.digests = mapValues(args.files, ({ digest }) => digest);
    this.mounts = isLocal(args.dockerHost)
      ? Object.values(args.files).map(({ path, containerPath }) => ({
          type: "bind",
          source: path,
          target: containerPath,
        }))
      : [{ type: "volume", source: this.place(name, args), target: placedFilesFolder }];
    this.registerOutputs({ mounts: this.mounts, digests: this.digests });
  }

  /** Returns the volume's name. */
  private place(name: string, args: KalisiFilesArgs): string {
    const volume = filesVolumeOf(args.containerName);
    new command.local.Command(
      `${name}-place`,
      {
        create: projectCommand("place-files"),
        delete: projectCommand("remove-files"),
        environment: {
          DOCKER_HOST: args.dockerHost,
          KALISI_ASKED: String(args.asked),
          KALISI_CLONE: args.owner.clone,
          KALISI_DIGESTS: JSON.stringify(this.digests),
          KALISI_FILES: JSON.stringify(mapValues(args.files, ({ path }) => path)),
          KALISI_IMAGE: args.image,
          KALISI_STACK: args.owner.stack,
          KALISI_VOLUME: volume,
        },
      },
      { parent: this },
    );
    return volume;
  }
}

function mapValues<T, U>(record: Readonly<Record<string, T>>, to: (value: T) => U) {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, to(value)]));
}
