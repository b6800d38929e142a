import { serviceNames } from "../support/image/container";
import { runAsRoot } from "../support/e2e/network-namespace";
import { faultsOf } from "../support/faults/faults-of";
import { Patient } from "../support/faults/patient";

jest.setTimeout(300_000);

let patient: Patient;

beforeAll(async () => {
  patient = await Patient.start();
});

afterAll(() => patient.remove());

const process = faultsOf("A process is killed");

for (const service of serviceNames) {
  process(`\`kill -9\` of ${service}`, async () => {
    const pid = await patient.kalisi.pid(service);
    return patient.survive({
      strike: () => patient.kalisi.ask("kill", "-KILL", pid),
      sees: () => patient.reported(new RegExp(`^${service}: .*`, "m")),
      until: () => patient.untilReplaced(service, pid),
    });
  });
}

const container = faultsOf("The container is killed, stopped or restarted");

container("`kill -9` of process 1, from the host", async () => {
  const { State } = await patient.kalisi.inspect();
  return patient.survive({
    strike: () => Promise.resolve(runAsRoot("kill", "-KILL", String(State.Pid))),
    sees: async () => {
      await patient.untilStartedAfter(State.StartedAt);
      return `the Engine starts the container again; ${await patient.reported(/^start\.sh: .*/m)}`;
    },
  });
});
