import { dockerCommand } from "./docker-command";
import type { Problem } from "../errors";
import { adoptVariable } from "../settings/misspelt-variables";
import type { PhysicalNames } from "../names";
import { whose, type Owner } from "./stack-owner";
import { shellWord } from "../quote";
import { configPath, setCommand } from "../settings/set-command";
import type { LedgerEntry } from "./volume-ledger";
import { claimOf, toEntry, type Evidence, type VolumeFacts } from "./volume-owner";

type Names = PhysicalNames["volumes"];

/** Whose a stack's volumes are. */
export interface VolumeCheck {
  readonly problems: readonly Problem[];
  /** What the update is to record, so that it need not be given again. */
  readonly entries: readonly LedgerEntry[];
}

/**
 * Finds the volumes that have the stack's names and are not the stack's.
 *
 * @param uri the Engine's address
 * @param held those that another's running container has, which is reported already
 */
export function checkVolumes(
  names: Names,
  existing: readonly VolumeFacts[],
  evidence: Evidence,
  uri: string,
  held: readonly string[] = [],
): VolumeCheck {
  const wanted = Object.values(names);
  // In the stack's own order: the Engine's is another one each time.
  const mine = wanted.flatMap((wantedName) => existing.filter(({ name }) => name === wantedName));
  const claims = mine.map((volume) => ({ volume, claim: claimOf(volume, evidence) }));
  const refused = claims.flatMap(({ volume, claim }) =>
    claim === undefined && !held.includes(volume.name) ? [volume] : [],
  );
  const owners = refused.map(({ labels }) => whose(labels, evidence.owner));
  return {
    problems: [
      ...[...new Set(owners)].map((who) =>
        refusal(
          names,
          refused.filter((_, index) => owners[index] === who),
          who,
          evidence.owner,
        ),
      ),
      ...misnamed(names, existing, evidence, uri),
    ],
    entries: claims.flatMap(({ volume, claim }) =>
      claim === undefined || claim === "label" ? [] : [toEntry(volume, evidence.engine)],
    ),
  };
}

function refusal(
  names: Names,
  volumes: readonly VolumeFacts[],
  who: string | undefined,
  owner: Owner,
): Problem {
  const list = volumes.map(({ name }) => name);
  const keys = Object.entries(names).flatMap(([key, name]) => (list.includes(name) ? [key] : []));
  const path = ["names", "volumes", ...(keys.length === 1 ? keys : [])];
  const [exists, belongs, it, its] =
    list.length === 1 ? ["exists", "belongs", "it", "its"] : ["exist", "belong", "them", "their"];
  return {
    code: who === undefined ? "KALISI-VOLUME-UNKNOWN" : "KALISI-VOLUME-FOREIGN",
    setting: configPath(path),
    value: list.join(", "),
    problem:
      who === undefined
        ? `${exists} on the Engine, and nothing shows that this stack created ${it}: an older version, compose or somebody else did`
        : `${belongs} to ${who}, not to this stack`,
    fix: `to use ${its} data, once: ${adoptCommand(list, owner)}; to leave ${it} alone, choose another name: ${setCommand(["names", "volumes", keys[0] ?? "KEY"])}${who === undefined ? "" : ", or another stack: npm start -- --stack NAME"}`,
  };
}

/** What takes volumes on purpose. */
export function adoptCommand(volumes: readonly string[], { stack }: Pick<Owner, "stack">): string {
  const list = volumes.join(",");
  return `npm start -- --stack ${shellWord(stack)} --adopt ${shellWord(list)} (plain Pulumi: ${adoptVariable}=${shellWord(list)} pulumi up)`;
}

/** Naming a volume that is not used, or not there, is a mistake: its user expects the data that is on it. */
function misnamed(
  names: Names,
  existing: readonly VolumeFacts[],
  { named }: Evidence,
  uri: string,
): readonly Problem[] {
  const wanted = Object.values(names);
  return [...named].flatMap((name) => {
    const isThere = existing.some((volume) => volume.name === name);
    return isThere && wanted.includes(name)
      ? []
      : [
          {
            code: "KALISI-VOLUME-ADOPT",
            setting: adoptVariable,
            value: name,
            problem: isThere
              ? `is not one of this stack's volumes, which are ${wanted.join(", ")}`
              : "is not a volume on this Engine",
            fix: isThere
              ? `have the stack use it as well: ${setCommand(["names", "volumes", "KEY"], name)}`
              : `${dockerCommand(uri, "volume ls")} lists the volumes; a volume that does not exist need not be named`,
          },
        ];
  });
}
