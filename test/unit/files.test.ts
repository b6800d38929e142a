import { readFileSync } from "node:fs";
import { join } from "node:path";
import { checkNeo4jConf } from "../../config/neo4j-conf";

const root = join(__dirname, "..", "..");

describe("neo4j.conf", () => {
  test("ours has no problem", () => {
    const conf = readFileSync(join(root, "config", "neo4j", "neo4j.conf"), "utf8");
    expect(checkNeo4jConf(conf, "neo4j.conf")).toStrictEqual([]);
  });

  test("a repeated key, a line without a value and a directory off the volume are found by line", () => {
    const conf = [
      "# comment",
      "server.directories.data=/data/neo4j/data",
      "server.jvm.additional=-Da=1",
      "server.jvm.additional=-Db=2",
      "nonsense",
      "server.directories.data=/data/neo4j/other",
      "server.directories.logs=/var/log/neo4j",
    ].join("\n");
    expect(checkNeo4jConf(conf, "neo4j.conf")).toMatchObject([
      { setting: "neo4j.conf, line 5", problem: "expected key=value" },
      { setting: "neo4j.conf, line 6", problem: "is set on line 2 already" },
      {
        setting: "neo4j.conf, line 7",
        problem: "is outside the volume /data/neo4j, so it would be lost with the container",
      },
    ]);
  });
});
