import { memory } from "../../../config/settings/units";
import { fault } from "../../support/faults/fault";
import { Patient } from "../../support/faults/patient";

jest.setTimeout(600_000);

let patient: Patient;

beforeAll(async () => {
  patient = await Patient.start({ options: { resources: { memory: memory("2g") } } });
});

afterAll(() => patient.remove());

/** Takes all of the container's memory, until the kernel kills somebody for it. */
const hog = () => patient.kalisi.run("bash", "-c", "head -c 3G /dev/zero | tail");

fault("The memory runs out", "a process takes more than the container may have", async () => {
  const before = await patient.kalisi.pids();
  return patient.survive({
    strike: hog,
    sees: async () => {
      expect(await patient.kalisi.pids()).toStrictEqual(before);
      return "the kernel kills that process";
    },
  });
});

for (const service of ["neo4j", "redis", "kalisi-gateway", "agent-runtime-service"]) {
  fault("The memory runs out", `the kernel chooses ${service}`, async () => {
    const pid = await patient.kalisi.pid(service);
    return patient.survive({
      strike: async () => {
        // https://www.kernel.org/doc/html/latest/filesystems/proc.html, oom_score_adj
        await patient.kalisi.ask("sh", "-c", `echo 1000 > /proc/${pid}/oom_score_adj`);
        await hog();
      },
      sees: async () => {
        await patient.untilReplaced(service, pid);
        const killed = new RegExp(`^${service}: supervisor: was killed by signal 9; .*`, "m");
        await patient.kalisi.untilLogged(killed);
        return `\`docker logs\`: ${service}: supervisor: was killed by signal 9`;
      },
    });
  });
}
