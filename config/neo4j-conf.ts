import type { Problem } from "./errors";

/** The volume's mount point: whatever Neo4j writes elsewhere is lost with the container. */
const dataRoot = "/data/neo4j";

const directorySetting =
  /^server\.directories\.(data|import|logs|run|plugins|licenses|transaction\.logs\.root|dumps\.root)$/;

/**
 * Checks the form of neo4j.conf: `key=value` lines, no key twice (but for server.jvm.additional, which
 * adds up), and every directory on the volume.
 *
 * @param content the file's text
 * @param path how to call the file in a problem
 */
export function checkNeo4jConf(content: string, path: string): readonly Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, number>();
  content.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) {
      return;
    }
    const setting = `${path}, line ${index + 1}`;
    const separator = line.indexOf("=");
    if (separator <= 0) {
      problems.push({ setting, value: line, problem: "expected key=value", fix: "mend the line" });
      return;
    }
    const key = line.slice(0, separator).trim();
    const value = line.slice(separator + 1).trim();
    const earlier = seen.get(key);
    if (earlier !== undefined && key !== "server.jvm.additional") {
      problems.push({
        setting,
        value: key,
        problem: `is set on line ${earlier} already`,
        fix: "keep one of the two lines",
      });
    }
    seen.set(key, index + 1);
    if (directorySetting.test(key) && value !== dataRoot && !value.startsWith(`${dataRoot}/`)) {
      problems.push({
        setting,
        value: line,
        problem: `is outside the volume ${dataRoot}, so it would be lost with the container`,
        fix: `choose a directory below ${dataRoot}`,
      });
    }
  });
  return problems;
}
