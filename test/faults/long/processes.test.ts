import { fault } from "../../support/faults/fault";
import { Patient } from "../../support/faults/patient";
import { eventually } from "../../support/eventually";
import { serviceNames } from "../../support/image/container";

jest.setTimeout(600_000);

let patient: Patient;

beforeAll(async () => {
  patient = await Patient.start();
});

afterAll(() => patient.remove());

/** A process by its command line, which a pattern matches whole. */
const processOf = (pattern: string) => patient.kalisi.ask("pgrep", "--full", `^${pattern}$`);

const kill = (...words: readonly string[]) => patient.kalisi.ask("kill", "-KILL", ...words);

/** Waits until there is another process of a command line than before. */
function untilAnother(pattern: string, former: string): Promise<void> {
  return eventually(60, async () => {
    const { stdout } = await patient.kalisi.run("pgrep", "--full", `^${pattern}$`);
    const now = stdout.trim();
    return now === "" || now.split("\n").includes(former) ? `${pattern}: ${now}` : undefined;
  });
}

for (const service of [...serviceNames, "certificate"]) {
  fault("A process is killed", `\`kill -9\` of the supervisor of ${service}`, async () => {
    const pattern = `s6-supervise ${service}`;
    const supervisor = await processOf(pattern);
    const process = await patient.kalisi.pid(service);
    return patient.survive({
      strike: () => kill(supervisor),
      sees: async () => {
        await untilAnother(pattern, supervisor);
        await patient.untilReplaced(service, process);
        return "another one, whose service starts anew";
      },
    });
  });
}

for (const service of serviceNames) {
  fault("A process is killed", `\`kill -9\` of the logger of ${service}`, async () => {
    const pattern = `s6-log .*/logs/${service}`;
    const logger = await processOf(pattern);
    return patient.survive({
      strike: () => kill(logger),
      sees: async () => {
        await untilAnother(pattern, logger);
        return "another one";
      },
    });
  });

  fault(
    "A process is killed",
    `\`kill -9\` of the supervisor of the logger of ${service}`,
    async () => {
      const pattern = `s6-supervise ${service}/log`;
      const supervisor = await processOf(pattern);
      return patient.survive({
        strike: () => kill(supervisor),
        sees: async () => {
          await untilAnother(pattern, supervisor);
          return "another one";
        },
      });
    },
  );
}

fault("A process is killed", "`kill -9` of process 1 (s6-svscan), from inside", async () => {
  const { State } = await patient.kalisi.inspect();
  return patient.survive({
    strike: () => kill("1"),
    sees: async () => {
      expect((await patient.kalisi.inspect()).State.StartedAt).toBe(State.StartedAt);
      return "nothing: the kernel protects it";
    },
  });
});

fault("A process is killed", "`kill -9` of all processes of user kalisi at once", async () => {
  const gateway = await patient.kalisi.pid("kalisi-gateway");
  return patient.survive({
    strike: () => patient.kalisi.runAs("kalisi", "bash", "-c", "kill -KILL -1"),
    sees: () => patient.reported(/^kalisi-gateway: .*/m),
    until: () => patient.untilReplaced("kalisi-gateway", gateway),
  });
});

fault("A process is killed", "`kill -9` of all processes but process 1 at once", async () => {
  const neo4j = await patient.kalisi.pid("neo4j");
  return patient.survive({
    strike: () => patient.kalisi.run("bash", "-c", "kill -KILL -1"),
    sees: () => patient.reported(/^neo4j: .*/m),
    until: () => patient.untilReplaced("neo4j", neo4j),
  });
});
