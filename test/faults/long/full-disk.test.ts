import { Disks } from "../../support/faults/disks";
import { fault } from "../../support/faults/fault";
import { Patient } from "../../support/faults/patient";

jest.setTimeout(600_000);

const sizes = { "/workspace": 192, "/home/kalisi": 64, "/data/neo4j": 768, "/data/redis": 64 };

let disks: Disks;
let patient: Patient;

beforeAll(async () => {
  disks = await Disks.make(sizes);
  patient = await Patient.start({ adjust: disks.adjust });
});

afterAll(async () => {
  await patient.remove();
  await disks.remove();
});

/** Fills a disk to its last block: one of those that were made for this, and none of the machine's. */
async function fill(path: keyof typeof sizes): Promise<void> {
  const size = await patient.kalisi.ask("df", "--output=size", "-BM", path);
  expect(Number(/(\d+)M/.exec(size)?.[1])).toBeLessThanOrEqual(sizes[path]);
  const fillUp = `for size in 1M 4k; do dd if=/dev/zero bs=$size >> ${path}/filler; done`;
  const { stderr } = await patient.kalisi.run("sh", "-c", fillUp);
  expect(stderr).toMatch(/No space left on device/);
}

const makeRoom = (path: keyof typeof sizes) => patient.kalisi.ask("rm", `${path}/filler`);

fault("A disk is full", "/data/redis", () =>
  patient.survive({
    strike: () => fill("/data/redis"),
    sees: () => patient.reported(/^redis: .*is full.*/m),
    mend: () => makeRoom("/data/redis"),
  }),
);

fault("A disk is full", "/data/neo4j", () =>
  patient.survive({
    strike: () => fill("/data/neo4j"),
    sees: () => patient.reported(/^neo4j: .*is full.*/m),
    mend: () => makeRoom("/data/neo4j"),
  }),
);

fault("A disk is full", "/workspace, while a service logs more than a pipe holds", () =>
  patient.survive({
    strike: async () => {
      await fill("/workspace");
      await patient.kalisi.ask("sh", "-c", "for i in $(seq 400); do redis-cli BGSAVE; done");
    },
    sees: async () => {
      const warning = "s6-log: warning: unable to write to /workspace/runtime/logs/redis/current";
      await patient.kalisi.untilLogged(new RegExp(`^${warning}`, "m"));
      return `\`docker logs\`: ${warning}`;
    },
    mend: () => makeRoom("/workspace"),
  }),
);

fault("A disk is full", "/home/kalisi", () =>
  patient.survive({
    strike: () => fill("/home/kalisi"),
    sees: async () => {
      expect(await patient.kalisi.run("kalisi-health")).toMatchObject({ code: 0 });
      return "nothing";
    },
    mend: () => makeRoom("/home/kalisi"),
  }),
);
