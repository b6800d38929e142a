import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Database, passwords, settingsWith } from "../../support/image/database";
import { root } from "../../support/image/declared";
import { ownContainers } from "../../support/image/own-containers";
import { SourceImages } from "../../support/image/source-images";
import { story } from "../../support/story";

// A volume that goes to a newer Neo4j and is to go back: real servers, one image each.
jest.setTimeout(1_800_000);

const step = story(1_800_000);

/** On Maven Central, as docker/neo4j/pom.xml has its own. */
const newer = "2025.10.1";

const start = ownContainers();
const password = passwords.second;
let sources: SourceImages;
let image: string;
let kalisi: Awaited<ReturnType<typeof start>>;
let database: Database;

const kept = () => database.query(password, "MATCH (k:Kept) RETURN k.of");
const written = () => kalisi.ask("cat", "/data/neo4j/.kalisi/written-by");
const stores = () =>
  kalisi.ask("sh", "-c", "cd /data/neo4j/data/databases/neo4j && sha256sum *store* | sort");

beforeAll(async () => {
  sources = new SourceImages();
  const pom = readFileSync(join(root, "docker/neo4j/pom.xml"), "utf8");
  sources.writeBeside(
    "docker/neo4j/pom.xml",
    pom.replace(/<neo4j\.version>[^<]*/, `<neo4j.version>${newer}`),
  );
  image = await sources.build("");
  // APOC is not on Maven Central for that version.
  kalisi = await start({
    autoStart: false,
    settings: settingsWith(password),
    options: { environment: { KALISI_NEO4J_APOC: "false" } },
  });
  database = new Database(kalisi);
  await kalisi.untilPrepared();
  await database.start();
});

afterAll(() => sources.remove());

step("a newer Neo4j opens what an older one has written, and says that it has", async () => {
  await database.query(password, "CREATE (:Kept {of: 'old'})");
  await kalisi.recreate({ image });
  await kalisi.untilPrepared();
  await database.start();
  expect(await kept()).toContain('["old"]');
  await database.query(password, "CREATE (:Kept {of: 'new'})");
  expect(await written()).toBe(newer);
});

step("the older one opens nothing any more, and says so; the data is as it was", async () => {
  await kalisi.ask("s6-svc", "-dwD", "-T", "60000", "/run/service/neo4j");
  const before = await stores();
  await kalisi.recreate({ image: process.env["KALISI_TEST_IMAGE_ID"] ?? "" });
  await kalisi.untilPrepared();
  await kalisi.ask("s6-svc", "-u", "/run/service/neo4j");
  await kalisi.untilReported(
    new RegExp(`^neo4j: down: /data/neo4j was last written by Neo4j ${newer}`, "m"),
  );
  expect(await stores()).toBe(before);
});

step("the newer one has all of it yet", async () => {
  await kalisi.recreate({ image });
  await kalisi.untilPrepared();
  await database.start();
  const answer = await kept();
  expect(answer).toContain('["old"]');
  expect(answer).toContain('["new"]');
});
