import { readFileSync } from "node:fs";
import { join } from "node:path";
import { closest, distance } from "fastest-levenshtein";

/** One line of neo4j.conf that sets something. */
export interface Neo4jSetting {
  readonly key: string;
  readonly value: string;
  /** Where it is, for people: `neo4j.conf, line 3`. */
  readonly place: string;
}

/**
 * Each setting that the server in docker/neo4j/pom.xml declares, with the kind of its values. Made by
 * config/files/neo4j/KnownSettings.java on the server's own jars; test/image/neo4j-conf.test.ts makes it again.
 */
const known: ReadonlyMap<string, string> = new Map(
  readFileSync(join(__dirname, "known-settings.txt"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => {
      const separator = line.indexOf(" ");
      return [line.slice(0, separator), line.slice(separator + 1)] as const;
    }),
);

const suggestions = [...known.keys()].filter((name) => !name.startsWith("internal."));

/** Settings that are named after a TLS policy of the user's: `dbms.ssl.policy.bolt.enabled`. */
const sslPolicy = /^dbms\.ssl\.policy\.[\w-]+\.\w+$/;

/** Whether Neo4j declares a setting of this name. Names of Neo4j 4 count as unknown. */
export function isKnownSetting(name: string): boolean {
  return known.has(name) || sslPolicy.test(name);
}

/** The known setting that a name was most likely meant to be. */
export function similarSetting(name: string): string | undefined {
  const typed = name.toLowerCase();
  const similar = closest(typed, suggestions);
  return distance(typed, similar) > typed.length / 3 ? undefined : similar;
}

/** What Neo4j expects instead of a value that it would refuse; undefined where it accepts it. */
export function expectedInstead(name: string, value: string): string | undefined {
  const [kind = "text", detail = ""] = (known.get(name) ?? "text").split(/ (?:of )?(.*)/, 2);
  switch (kind) {
    case "boolean":
      return /^(true|false)$/i.test(value) ? undefined : "true or false";
    case "bytes":
      return parseByteSize(value) === undefined ? "a size such as 512m or 1g" : undefined;
    case "duration":
      return /^(\d+|(\d+(ns|ms|s|m|h|d))+)$/.test(value) ? undefined : "a duration such as 10s";
    case "integer":
      return expectedInteger(detail, value);
    case "one": {
      const choices = detail.split("|");
      return choices.includes(value.toUpperCase()) ? undefined : `one of ${choices.join(", ")}`;
    }
    default:
      return undefined;
  }
}

function expectedInteger(range: string, value: string): string | undefined {
  const [least = "", most = ""] = range.split("..");
  const number = Number(value);
  const fits =
    /^[+-]?\d+$/.test(value) &&
    (least === "" || number >= Number(least)) &&
    (most === "" || number <= Number(most));
  if (fits) {
    return undefined;
  }
  const bounds =
    most === "" ? (least === "" ? "" : ` of at least ${least}`) : ` from ${least} to ${most}`;
  return `a whole number${bounds}`;
}

const multipliers = ["", "K", "M", "G", "T", "P", "E"];

/**
 * An amount of memory as Neo4j reads it, in bytes: `512m`, `1 GiB`, `0.5g`, `1024`. Every unit is binary.
 * Neo4j takes no small letters beyond `g`, and no mixture such as `Mb`.
 */
export function parseByteSize(value: string): number | undefined {
  const match = /^(\d+\.?\d*|\.\d+)\s*(?:([KMG])(?:iB|B)?|([kmg])[Bb]?|([TPE])i?B|B)?$/.exec(value);
  if (match === null) {
    return undefined;
  }
  const [, amount, large, small = "", huge] = match;
  return Number(amount) * 1024 ** multipliers.indexOf(large ?? huge ?? small.toUpperCase());
}
