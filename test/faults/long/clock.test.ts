import { docker } from "../../support/e2e/probe";
import { untilSaid } from "../../support/eventually";
import { hoursAhead, installClock, setClock } from "../../support/faults/clock";
import { fault } from "../../support/faults/fault";
import { Patient } from "../../support/faults/patient";

jest.setTimeout(600_000);

const hour = 3600;
const day = 24 * hour;

let patient: Patient;

const container = () => docker.getContainer(patient.kalisi.names.container);

beforeAll(async () => {
  patient = await Patient.start();
  await installClock(patient.kalisi);
  await container().restart();
  await patient.kalisi.untilHealthy();
});

afterAll(() => patient.remove());

/** Sets the clock and waits until the health check, too, goes by it. */
async function set(seconds: number): Promise<void> {
  await setClock(patient.kalisi, seconds);
  expect(await hoursAhead(patient.kalisi)).toBe(seconds / hour);
}

async function expectSameProcesses(before: Readonly<Record<string, string>>): Promise<string> {
  expect(await patient.kalisi.run("kalisi-health")).toMatchObject({ code: 0, stdout: "" });
  expect(await patient.kalisi.pids()).toStrictEqual(before);
  return "nothing";
}

for (const [name, seconds] of [
  ["forward by a day", day],
  ["back to where it was", 0],
  ["back by a day", -day],
] as const) {
  fault("The clock is set", name, async () => {
    const before = await patient.kalisi.pids();
    return patient.survive({
      strike: () => set(seconds),
      sees: () => expectSameProcesses(before),
    });
  });
}

for (const [name, seconds] of [
  ["forward by two days, while the container starts", day],
  ["back by two days, while the container starts", -day],
] as const) {
  fault("The clock is set", name, () =>
    patient.survive({
      strike: async () => {
        await container().restart();
        await patient.kalisi.untilReported(/^start\.sh: still starting/m);
        await set(seconds);
      },
      sees: async () => {
        await patient.kalisi.untilHealthy();
        return "nothing: the start goes on";
      },
    }),
  );
}

fault("The clock is set", "forward by two days, while the container stops", () =>
  patient.survive({
    strike: async () => {
      const { stdout } = await patient.kalisi.log();
      const stopped = container().stop();
      await untilSaid(30, /^shutdown: stopping$/m, async () =>
        (await patient.kalisi.log()).stdout.slice(stdout.length),
      );
      await setClock(patient.kalisi, day);
      await stopped;
    },
    sees: async () => {
      const { State } = await patient.kalisi.inspect();
      expect(State).toMatchObject({ ExitCode: 0, OOMKilled: false });
      return `stopped with exit code ${State.ExitCode}`;
    },
    mend: () => patient.kalisi.startAgain(),
  }),
);

fault("The clock is set", "forward by 400 days, then `docker restart`", () =>
  patient.survive({
    strike: async () => {
      await set(400 * day);
      await container().restart();
    },
    sees: async () => {
      await patient.kalisi.untilLogged(/^start\.sh: self-signed certificate renewed .*$/m);
      return "`docker logs`: the gateway's certificate, which had run out, is renewed";
    },
  }),
);
