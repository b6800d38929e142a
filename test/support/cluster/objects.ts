import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { pauseImage } from "./node";

/** The image that a pod of a test can have: see `tiny/main.go`. Each node has it. */
export const tinyImage = pauseImage;

/** What a pod has beside its image. */
interface Wishes {
  readonly claim?: {
    readonly name: string;
    /** The claim's parts, by where the container has them. */
    readonly parts: Readonly<Record<string, string>>;
  };
  /** Which node it is on, without being scheduled. @default as it is scheduled */
  readonly node?: string;
  /** One of a registry's. @default {@link tinyImage} */
  readonly image?: string;
}

/** A pod with the program of the tiny image. */
export function tinyPod(name: string, { claim, node, image = tinyImage }: Wishes = {}): object {
  const mounts = Object.entries(claim?.parts ?? {}).map(([mountPath, subPath]) => ({
    ...{ name: "data", mountPath, subPath },
  }));
  const data = { name: "data", persistentVolumeClaim: { claimName: claim?.name } };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name },
    spec: {
      nodeName: node,
      terminationGracePeriodSeconds: 5,
      containers: [{ name: "tiny", image, imagePullPolicy: "IfNotPresent", volumeMounts: mounts }],
      volumes: claim === undefined ? [] : [data],
    },
  };
}

/** A claim, and a volume for it that is a folder of this machine. */
export function claimedFolder(name: string, path: string): readonly object[] {
  const common = { accessModes: ["ReadWriteOnce"], storageClassName: "" };
  return [
    {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name },
      spec: {
        ...common,
        capacity: { storage: "1Gi" },
        persistentVolumeReclaimPolicy: "Retain",
        hostPath: { path, type: "DirectoryOrCreate" },
      },
    },
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name },
      spec: { ...common, volumeName: name, resources: { requests: { storage: "1Gi" } } },
    },
  ];
}

/**
 * A claim that names no class.
 *
 * @param size such as `1Gi`
 */
export function claim(name: string, size: string): object {
  return {
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: { name },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: size } } },
  };
}

/** A volume cannot have the second one together with another. */
export type AccessMode = "ReadWriteOnce" | "ReadWriteOncePod";

const volumeClass = "folders";

/** A class that claims have without naming one, and volumes of it that are folders. */
export function offeredVolumes(
  folder: string,
  count: number,
  size: string,
  mode: AccessMode = "ReadWriteOnce",
): readonly object[] {
  const storageClass = {
    apiVersion: "storage.k8s.io/v1",
    kind: "StorageClass",
    metadata: {
      name: volumeClass,
      annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
    },
    provisioner: "kubernetes.io/no-provisioner",
    // As clouds have it: where the volume is follows from where its pod is.
    volumeBindingMode: "WaitForFirstConsumer",
    // And as most have it: a claim may ask for more. Nothing enlarges a folder, so that it has to go on waiting.
    allowVolumeExpansion: true,
  };
  const volumes = Array.from({ length: count }, () => {
    const name = `offered-${randomUUID()}`;
    return {
      apiVersion: "v1",
      kind: "PersistentVolume",
      metadata: { name },
      spec: {
        storageClassName: volumeClass,
        accessModes: [mode],
        capacity: { storage: size },
        persistentVolumeReclaimPolicy: "Retain",
        hostPath: { path: join(folder, name), type: "DirectoryOrCreate" },
      },
    };
  });
  return [storageClass, ...volumes];
}
