import type { Problem } from "../errors";
import { configPath } from "../settings/set-command";
import type { Mebibytes } from "../settings/units";
import { clusterNames } from "./cluster-names";
import type { Meta } from "./objects";

export interface WantedStorage {
  /** Unset: the cluster's default. */
  readonly class?: string | undefined;
  readonly size: Mebibytes;
}

export interface Claim {
  readonly metadata: Meta;
  readonly spec: {
    readonly storageClassName?: string;
    readonly resources: { readonly requests: { readonly storage: string } };
  };
}

export interface StorageClass {
  readonly metadata: Meta & { readonly annotations?: Readonly<Record<string, string>> };
  readonly allowVolumeExpansion?: boolean;
}

const classSetting = configPath(["kubernetes", "storage", "class"]);

const defaultMark = "storageclass.kubernetes.io/is-default-class";

/**
 * Finds what keeps the stack's claim from being made, or from becoming what is wanted of it.
 *
 * @param claim the one that is there
 * @param classes the cluster's; undefined where this user may not see them
 */
export function storageProblems(
  wanted: WantedStorage,
  claim: Claim | undefined,
  classes: readonly StorageClass[] | undefined,
): readonly Problem[] {
  return claim === undefined
    ? classProblems(wanted, classes)
    : changeProblems(wanted, claim, classes);
}

/** Where classes are not to be seen, the claim's own events tell. */
function classProblems(
  wanted: WantedStorage,
  classes: readonly StorageClass[] | undefined,
): readonly Problem[] {
  if (classes === undefined) return [];
  const isThere =
    wanted.class === undefined
      ? classes.some(({ metadata }) => metadata.annotations?.[defaultMark] === "true")
      : classes.some(({ metadata }) => metadata.name === wanted.class);
  if (isThere) return [];
  const names = classes.map(({ metadata }) => metadata.name).join(", ") || "none";
  return [
    {
      code: "KALISI-KUBERNETES-STORAGE",
      setting: classSetting,
      ...(wanted.class === undefined ? {} : { value: wanted.class }),
      problem:
        wanted.class === undefined
          ? "is not set, and the cluster has no default class"
          : "is no storage class of the cluster's",
      fix: `choose one of those that there are (${names}): pulumi config set --path 'kalisi:kubernetes.storage.class' NAME`,
    },
  ];
}

function changeProblems(
  wanted: WantedStorage,
  { spec }: Claim,
  classes: readonly StorageClass[] | undefined,
): readonly Problem[] {
  const problems: Problem[] = [];
  const code = "KALISI-KUBERNETES-STORAGE";
  if (wanted.class !== undefined && wanted.class !== spec.storageClassName) {
    problems.push({
      ...{ code, setting: classSetting, value: wanted.class },
      problem: `the claim ${clusterNames.claim}, with its data, is of ${spec.storageClassName ?? "no class"}, and stays of it`,
      fix: "set it to that one, or remove it; a backup can be restored into another namespace",
    });
  }
  const size = mebibytes(spec.resources.requests.storage);
  if (size === undefined || size === wanted.size) return problems;
  const named = {
    code,
    setting: configPath(["kubernetes", "storage", "size"]),
    value: `${wanted.size}m`,
  } as const;
  const fix = `pulumi config set --path 'kalisi:kubernetes.storage.size' ${size}m`;
  const itsClass = classes?.find(({ metadata }) => metadata.name === spec.storageClassName);
  if (size > wanted.size) {
    problems.push({ ...named, problem: `the claim has ${size}m already, and cannot shrink`, fix });
  } else if (itsClass !== undefined && itsClass.allowVolumeExpansion !== true) {
    problems.push({
      ...named,
      problem: `the claim has ${size}m, and its class, ${itsClass.metadata.name}, cannot let it grow`,
      fix,
    });
  }
  return problems;
}

const units: Readonly<Record<string, number>> = { Mi: 1, Gi: 1024, Ti: 1024 * 1024 };

/** Of a quantity such as this project sets; undefined where it is spelt in another way. */
function mebibytes(quantity: string): number | undefined {
  const [, count = "", unit = ""] = /^(\d+)(Mi|Gi|Ti)$/.exec(quantity) ?? [];
  const factor = units[unit];
  return factor === undefined ? undefined : Number(count) * factor;
}
