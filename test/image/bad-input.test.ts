import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { TestContainer } from "../support/image/container";
import { root } from "../support/image/declared";
import { ownContainers } from "../support/image/own-containers";

jest.setTimeout(300_000);

const start = ownContainers();

/** The lines of docker logs that match, once there is one: its two streams do not wait for each other. */
async function logged(container: TestContainer, pattern: RegExp): Promise<readonly string[]> {
  await container.untilLogged(new RegExp(pattern, "m"));
  const { stdout, stderr } = await container.log();
  return (stdout + stderr).split("\n").filter((line) => pattern.test(line));
}

test("a folder in the place of .env is told in one line, and the container stays for a look", async () => {
  const kalisi = await start({ settings: { bound: "folder" } });
  await kalisi.untilLogged(/^container-entrypoint: start\.sh --daemon exited with status 1/m);
  expect(await logged(kalisi, /\.env/)).toStrictEqual([
    expect.stringMatching(
      /^start\.sh: .*\.env is not a regular file; Docker makes a folder when the file is missing on the host$/,
    ),
  ]);
  expect((await kalisi.inspect()).State.Running).toBe(true);
  const { code, stdout } = await kalisi.run("kalisi-health");
  expect(code).toBe(1);
  expect(stdout).toBe("start.sh: exited with status 1; docker logs says why\n");
});

test("a neo4j.conf that Neo4j refuses is told in one line, everywhere", async () => {
  const conf = readFileSync(join(root, "config/neo4j/neo4j.conf"), "utf8");
  const kalisi = await start({ neo4jConf: `${conf}server.memory.heap.max_siez=1g\n` });
  await kalisi.untilLogged(/^container-entrypoint: start\.sh --daemon exited with status 1/m);
  const why = /neo4j\.conf is refused: .*server\.memory\.heap\.max_siez/;
  expect(await logged(kalisi, /^start\.sh: neo4j: /)).toStrictEqual([expect.stringMatching(why)]);
  await kalisi.untilReported(new RegExp(`^neo4j: down: .*${why.source}`, "m"));
  expect((await kalisi.inspect()).State.Running).toBe(true);
});
