import { docker } from "../support/e2e/probe";
import { runAsRoot } from "../support/e2e/network-namespace";
import { fault } from "../support/faults/fault";
import { Patient } from "../support/faults/patient";
import { serviceNames } from "../support/image/container";

jest.setTimeout(300_000);

let patient: Patient;

beforeAll(async () => {
  patient = await Patient.start();
});

afterAll(() => patient.remove());

for (const service of serviceNames) {
  fault("A process is killed", `\`kill -9\` of ${service}`, async () => {
    const pid = await patient.kalisi.pid(service);
    return patient.survive({
      strike: () => patient.kalisi.ask("kill", "-KILL", pid),
      sees: () => patient.reported(new RegExp(`^${service}: down, .*`, "m")),
      until: () => patient.untilReplaced(service, pid),
    });
  });
}

fault(
  "The container is killed, stopped or restarted",
  "`kill -9` of process 1, from the host",
  async () => {
    const { State } = await patient.kalisi.inspect();
    return patient.survive({
      strike: () => Promise.resolve(runAsRoot("kill", "-KILL", String(State.Pid))),
      sees: async () => {
        await patient.untilStartedAfter(State.StartedAt);
        return `the Engine starts the container again; ${await patient.reported(/^start\.sh: .*/m)}`;
      },
    });
  },
);

fault("The container is killed, stopped or restarted", "`docker restart`", () =>
  patient.survive({
    strike: () => docker.getContainer(patient.kalisi.names.container).restart(),
    sees: () => patient.reported(/^start\.sh: .*/m),
  }),
);

fault("The container is killed, stopped or restarted", "`docker stop`, then `docker start`", () => {
  let seconds = NaN;
  return patient.survive({
    strike: async () => {
      seconds = await patient.kalisi.stop();
    },
    sees: async () => {
      const { State } = await patient.kalisi.inspect();
      expect(State).toMatchObject({ ExitCode: 0, OOMKilled: false });
      expect(seconds).toBeLessThanOrEqual(10);
      return `stopped within 10 s, with exit code ${State.ExitCode}`;
    },
    mend: () => patient.kalisi.startAgain(),
  });
});
