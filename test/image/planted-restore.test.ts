import { eventually } from "../support/eventually";
import { ownContainers } from "../support/image/own-containers";

jest.setTimeout(300_000);

const start = ownContainers();

test("a restore moves nothing to where a link of kalisi's leads", async () => {
  const kalisi = await start({ autoStart: false });
  await kalisi.untilPrepared();
  await kalisi.sh(`for folder in /workspace /home/kalisi; do
    echo mine > $folder/planted
    mkdir -p $folder/.kalisi-restore/new
    echo restored > $folder/.kalisi-restore/new/restored
    ln -s /etc $folder/.kalisi-restore/former
  done`);
  // As of a restore that is complete: restore/part, commit.
  await kalisi.ask(
    ...["sh", "-c"],
    "install -d -m 0700 /data/neo4j/.kalisi && echo /data/neo4j/data > /data/neo4j/.kalisi/restore",
  );
  await kalisi.stop();
  await kalisi.startAgain();
  await kalisi.untilLogged(/the restored data is in place/);
  expect(await kalisi.sh("cat /workspace/restored /home/kalisi/restored")).toBe(
    "restored\nrestored",
  );
  expect((await kalisi.run("ls", "/etc/planted")).code).toBe(2);
  expect(await kalisi.ask("cat", "/workspace/.kalisi-restore/former/planted")).toBe("mine");
});

test("of a graph that is put back, Neo4j's users stay both times, and the other data as it is", async () => {
  const kalisi = await start({ autoStart: false });
  await kalisi.untilPrepared();
  const data = "/data/neo4j/data";
  const databases = `${data}/databases`;
  await kalisi.ask(
    ...["s6-setuidgid", "neo4j", "sh", "-c"],
    `mkdir -p ${databases}/system ${databases}/neo4j ${data}/.kalisi-restore/new/databases/neo4j
     touch ${databases}/system/users ${databases}/neo4j/former ${data}/.kalisi-restore/new/databases/neo4j/loaded`,
  );
  await kalisi.sh("mkdir -p /workspace/.kalisi-restore/new && echo mine > /workspace/mine");
  const restart = async (part: string, expected: string) => {
    await kalisi.ask("/usr/local/lib/kalisi/restore/part", part);
    await kalisi.stop();
    await kalisi.startAgain();
    await eventually(60, async () => {
      // While it is being moved, it is not there.
      const found = await kalisi.run("find", databases, "-type", "f", "-printf", "%P\\n");
      const sorted = found.stdout.trim().split("\n").sort().join(" ");
      return sorted === expected ? undefined : sorted;
    });
  };
  await restart("commit-graph", "neo4j/loaded system/users");
  await restart("undo-graph", "neo4j/former system/users");
  expect(await kalisi.sh("cat /workspace/mine")).toBe("mine");
  // With another password, nobody could log in as one of the users.
  expect((await kalisi.run("ls", "/data/neo4j/.kalisi/password.due")).code).toBe(2);
});
