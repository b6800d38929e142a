import { placeFiles, removePlacedFiles } from "../../config/engine/placed-files";
import { placedFilesFolder } from "../../config/container-paths";
import { ownerLabels } from "../../config/engine/stack-owner";
import { docker } from "../support/e2e/probe";
import { prepared, TestContainer } from "../support/image/container";
import { projectNeo4jConf } from "../support/image/wishes";

// The files of a container whose Engine does not see this machine's: on a volume.
jest.setTimeout(120_000);

const owner = { stack: "test", clone: "c1" };
const volume = `kalisi-image-${process.pid}-placed`;
const env = "NEO4J_PASSWORD=of-the-volume\n";
const readEnv = ["/usr/local/lib/kalisi/read-env", "kalisi", "cat"];

let kalisi: TestContainer;

const place = (text: string) => {
  const files = { "neo4j.conf": projectNeo4jConf, env: text };
  const contents = Object.entries(files).map(([name, of]) => [name, Buffer.from(of)] as const);
  const image = process.env["KALISI_TEST_IMAGE_ID"] ?? "";
  return placeFiles(docker, volume, owner, image, new Map(contents));
};

beforeAll(async () => {
  await place(env);
  kalisi = await TestContainer.start({
    autoStart: false,
    adjust: ({ HostConfig }) => {
      const mount = { Type: "volume", Source: volume, Target: placedFilesFolder, ReadOnly: true };
      Object.assign(HostConfig ?? {}, { Mounts: [mount] });
    },
  });
  await kalisi.untilLogged(prepared);
});

afterAll(async () => {
  await kalisi.remove();
  await removePlacedFiles(docker, volume, owner);
});

test("they are root's alone", async () => {
  const shown = await kalisi.ask("stat", "-c", "%n %U %a", ...["env", "neo4j.conf"].map(path));
  expect(shown).toBe(`${path("env")} root 400\n${path("neo4j.conf")} root 400`);
  await expect(kalisi.runAs("kalisi", "cat", path("env"))).resolves.toMatchObject({
    code: 1,
    stderr: expect.stringContaining("Permission denied") as string,
  });
});

test("they are read where the mounted ones would be", async () => {
  expect((await kalisi.run(...readEnv)).stdout).toBe(env);
  expect(await kalisi.ask("cat", "/etc/neo4j/neo4j.conf")).toBe(projectNeo4jConf.trim());
});

test("user kalisi can neither remove nor replace the link to the settings", async () => {
  const attempt = "ln -sf /etc/shells runtime/.env; rm -f runtime/.env; mv runtime former";
  await kalisi.runAs("kalisi", "sh", "-c", `cd /workspace; ${attempt}`);
  expect((await kalisi.run(...readEnv)).stdout).toBe(env);
});

test("a restart reads what was placed since, and sets nothing aside", async () => {
  await kalisi.stop();
  await place("NEO4J_PASSWORD=edited\n");
  await kalisi.startAgain();
  await kalisi.untilLogged(prepared);
  expect((await kalisi.run(...readEnv)).stdout).toBe("NEO4J_PASSWORD=edited\n");
  expect(await kalisi.ask("find", "/workspace/runtime", "-name", "*damaged*")).toBe("");
});

test("a volume of that name that is somebody else's stays as it is", async () => {
  const other = { stack: "test", clone: "c2" };
  for (const attempt of [
    () => placeFiles(docker, volume, other, "", new Map()),
    () => removePlacedFiles(docker, volume, other),
  ]) {
    await expect(attempt()).rejects.toThrow(/belongs to stack test of another clone, c1/);
  }
  const { Labels } = await docker.getVolume(volume).inspect();
  expect(Labels).toStrictEqual(ownerLabels(owner));
});

function path(file: string): string {
  return `${placedFilesFolder}/${file}`;
}
