// Of Kubernetes' objects, what this project reads: https://kubernetes.io/docs/reference/kubernetes-api/

export interface Meta {
  readonly name: string;
  readonly uid?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly deletionTimestamp?: string;
}

export interface Pod {
  readonly metadata: Meta;
  readonly spec: { readonly nodeName?: string };
  readonly status: {
    readonly phase?: string;
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason?: string;
      readonly message?: string;
    }[];
    readonly containerStatuses?: readonly {
      readonly restartCount: number;
      readonly state?: {
        readonly waiting?: { readonly reason?: string; readonly message?: string };
        readonly running?: { readonly startedAt: string };
        readonly terminated?: { readonly exitCode: number; readonly reason?: string };
      };
      readonly lastState?: {
        readonly terminated?: { readonly exitCode: number; readonly reason?: string };
      };
    }[];
  };
}

export interface StatefulSet {
  readonly metadata: Meta & { readonly generation: number };
  readonly status?: {
    readonly observedGeneration?: number;
    /** What the pods of the newest version have as their label `controller-revision-hash`. */
    readonly updateRevision?: string;
  };
}

/** What somebody in the cluster has to say about an object. */
export interface ClusterEvent {
  readonly involvedObject: { readonly kind: string; readonly name: string };
  readonly type?: string;
  readonly reason?: string;
  readonly message?: string;
  readonly lastTimestamp?: string | null;
  readonly eventTime?: string | null;
}
