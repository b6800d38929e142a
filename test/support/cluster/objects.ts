import { tinyImage } from "./cluster";

/** What a pod has beside its image. */
interface Wishes {
  readonly claim?: {
    readonly name: string;
    /** The claim's parts, by where the container has them. */
    readonly parts: Readonly<Record<string, string>>;
  };
  /** Which node it is on, without being scheduled. @default as it is scheduled */
  readonly node?: string;
}

/** A pod with the tiny image. */
export function tinyPod(name: string, { claim, node }: Wishes = {}): object {
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
      containers: [
        { name: "tiny", image: tinyImage, imagePullPolicy: "Never", volumeMounts: mounts },
      ],
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
