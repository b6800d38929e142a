import { Disks } from "../support/faults/disks";
import { fault } from "../support/faults/fault";
import { Patient } from "../support/faults/patient";

jest.setTimeout(300_000);

let disks: Disks;
let patient: Patient;

beforeAll(async () => {
  disks = await Disks.make({
    "/workspace": 1024,
    "/home/kalisi": 64,
    "/data/neo4j": 2048,
    "/data/redis": 256,
  });
  patient = await Patient.start({ adjust: disks.adjust });
});

afterAll(async () => {
  await patient.remove();
  await disks.remove();
});

fault("The power fails", "under load", () =>
  patient.survive({
    strike: () => patient.cutPower(disks),
    sees: () => Promise.resolve("nothing, once the power is back"),
    mend: () => patient.kalisi.startAgain(),
  }),
);
