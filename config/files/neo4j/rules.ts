import { posix } from "node:path";
import type { Problem } from "../../errors";
import type { RefusalCode } from "../../refusals";
import { expectedInstead, isKnownSetting, similarSetting, type Neo4jSetting } from "./setting";

/** The volume's mount point: whatever Neo4j writes elsewhere is lost with the container. */
const dataRoot = "/data/neo4j";

/** Where Neo4j writes, or looks for what users bring. */
const directory =
  /^server\.directories\.(data|dumps\.root|import|licenses|logs|plugins|run|script\.root|transaction\.logs\.root)$/;

const settingsPage =
  "https://neo4j.com/docs/operations-manual/5/configuration/configuration-settings/";

/** The ports that the image's own checks, and the services, reach Neo4j at on 127.0.0.1. */
const connectorPorts: Readonly<Record<string, string>> = { http: "7474", bolt: "7687" };

/** Addresses that 127.0.0.1 belongs to; an empty one means server.default_listen_address. */
const reachable = ["", "127.0.0.1", "0.0.0.0", "localhost", "::", "[::]"];

/** Finds what is wrong with one setting of neo4j.conf. */
export function checkSetting(setting: Neo4jSetting): readonly Problem[] {
  const { key, value, place } = setting;
  const refuse = (...[code, problem, fix]: Refusal) => [
    { code, setting: place, value: `${key}=${value}`, problem, fix },
  ];
  if (!isKnownSetting(key)) {
    return refuse(...unknown(key));
  }
  const expected = expectedInstead(key, value);
  if (expected !== undefined) {
    return refuse("KALISI-NEO4J-VALUE", `expected ${expected}`, `write ${key}=VALUE`);
  }
  const found = rules.map((rule) => rule(setting)).find((refusal) => refusal !== undefined);
  return found === undefined ? [] : refuse(...found);
}

function unknown(key: string): Refusal {
  if (key.startsWith("apoc.")) {
    return [
      "KALISI-NEO4J-UNKNOWN",
      "is APOC's, which Neo4j 5 does not read here",
      `remove the line: it belongs in apoc.conf`,
    ];
  }
  const similar = similarSetting(key);
  return [
    "KALISI-NEO4J-UNKNOWN",
    "is not a setting of Neo4j 5.26 Community",
    similar === undefined ? `remove the line, or see ${settingsPage}` : `did you mean ${similar}?`,
  ];
}

/** What is wrong, and what to do. */
type Refusal = readonly [code: RefusalCode, problem: string, fix: string];

const rules: readonly ((setting: Neo4jSetting) => Refusal | undefined)[] = [
  ({ key, value }) => {
    // Neo4j expands a backslash: what it then means cannot be seen in the text.
    const path = value.includes("\\") ? "" : posix.normalize(value);
    return !directory.test(key) || path === dataRoot || path.startsWith(`${dataRoot}/`)
      ? undefined
      : [
          "KALISI-NEO4J-DIRECTORY",
          `is outside the volume ${dataRoot}, so it would be lost with the container`,
          `choose a directory below ${dataRoot}`,
        ];
  },
  ({ key, value }) => {
    const connector = /^server\.(http|bolt)\.enabled$/.exec(key)?.[1];
    return connector === undefined || value.toLowerCase() === "true"
      ? undefined
      : [
          "KALISI-NEO4J-UNREACHABLE",
          `closes the port ${connectorPorts[connector]}, which the container's health check needs`,
          "remove the line",
        ];
  },
  ({ key, value }) => {
    const wanted = connectorPorts[/^server\.(http|bolt)\.listen_address$/.exec(key)?.[1] ?? ""];
    const [, host = value, port = wanted] = /^(.*):(\d+)$/.exec(value) ?? [];
    return wanted === undefined || (reachable.includes(host) && Number(port) === Number(wanted))
      ? undefined
      : [
          "KALISI-NEO4J-UNREACHABLE",
          `cannot be reached at 127.0.0.1:${wanted}, where the container's health check connects`,
          `write ${key}=127.0.0.1:${wanted}; for another port on this machine see kalisi:ports`,
        ];
  },
  ({ key, value }) =>
    key !== "server.default_listen_address" || (value !== "" && reachable.includes(value))
      ? undefined
      : [
          "KALISI-NEO4J-UNREACHABLE",
          "cannot be reached at 127.0.0.1, where the container's health check connects",
          `write ${key}=127.0.0.1`,
        ],
  ({ key, value }) =>
    key !== "dbms.security.auth_enabled" || value.toLowerCase() === "true"
      ? undefined
      : [
          "KALISI-NEO4J-AUTH",
          "lets everybody in, and NEO4J_PASSWORD of .env would not become the database's password",
          "remove the line; for a forgotten password see docs/operations.md",
        ],
  ({ key, value }) =>
    key !== "server.jvm.additional" || value.startsWith("-")
      ? undefined
      : [
          "KALISI-NEO4J-VALUE",
          "expected an option of Java, such as -XX:+UseG1GC",
          "begin it with a dash",
        ],
  ({ key, value }) =>
    key !== "server.jvm.additional" || !/(^|\s)-X(ms|mx)/.test(value)
      ? undefined
      : [
          "KALISI-NEO4J-VALUE",
          "sets the heap behind Neo4j's back",
          "write server.memory.heap.max_size=SIZE instead",
        ],
];
