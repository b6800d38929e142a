import type { Problem } from "../../errors";
import { checkMemory, type MemoryPlan } from "./memory";
import { checkSetting } from "./rules";
import type { Neo4jSetting } from "./setting";

/** neo4j.conf, taken apart. */
export interface Neo4jConf {
  readonly settings: ReadonlyMap<string, Neo4jSetting>;
  /** Of server.jvm.additional, the one key that adds up. */
  readonly jvmOptions: readonly Neo4jSetting[];
}

const additionalKey = "server.jvm.additional";

/**
 * Finds what is wrong with neo4j.conf as far as it can be checked without the server.
 *
 * @param content the file's text
 * @param path how to call the file in a problem
 * @param memory the memory settings of the stack's configuration
 */
export function checkNeo4jConf(
  content: string,
  path: string,
  memory: MemoryPlan = {},
): readonly Problem[] {
  const { conf, problems } = parseNeo4jConf(content, path);
  return [
    ...problems,
    ...[...conf.settings.values(), ...conf.jvmOptions].flatMap(checkSetting),
    ...checkMemory(conf.settings, memory),
  ];
}

/**
 * Reads `key=value` lines. Neo4j reads the file as Java properties, which also know `key: value`,
 * `key value` and lines that go on after a backslash; they are refused, as they are mostly mistakes.
 */
export function parseNeo4jConf(
  content: string,
  path: string,
): { readonly conf: Neo4jConf; readonly problems: readonly Problem[] } {
  const settings = new Map<string, Neo4jSetting>();
  const jvmOptions: Neo4jSetting[] = [];
  const problems: Problem[] = [];
  content.split(/\r\n|[\r\n]/).forEach((raw, index) => {
    const line = raw.replace(/^[ \t\f]+|\s+$/g, "");
    if (line === "" || /^[#!]/.test(line)) {
      return;
    }
    const place = `${path}, line ${index + 1}`;
    const [, key, value] = /^([^=:\s\\]+)\s*=\s*(.*)$/.exec(line) ?? [];
    if (key === undefined || value === undefined || line.endsWith("\\")) {
      problems.push({
        code: "KALISI-NEO4J-LINE",
        setting: place,
        value: line,
        problem: "expected key=value on one line",
        fix: `correct the line, or begin it with "#" to leave it out`,
      });
      return;
    }
    const setting = { key, value, place };
    const earlier = settings.get(key);
    if (key === additionalKey) {
      jvmOptions.push(setting);
    } else if (earlier === undefined) {
      settings.set(key, setting);
    } else {
      problems.push({
        code: "KALISI-NEO4J-LINE",
        setting: place,
        value: line,
        problem: `${key} is set on ${earlier.place.slice(path.length + 2)} already`,
        fix: "keep one of the two lines",
      });
    }
  });
  return { conf: { settings, jvmOptions }, problems };
}
