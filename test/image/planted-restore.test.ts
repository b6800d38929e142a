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
