import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { docker } from "../../support/e2e/probe";
import { Session } from "../../support/e2e/session";
import { stackBeside } from "../../support/e2e/stack";
import { eventually } from "../../support/eventually";
import { fault } from "../../support/faults/fault";
import { survive, type Fault } from "../../support/faults/patient";
import { Writer } from "../../support/faults/writer";

// A stack as a user has it, who does something about the fault with the project's own commands.
const minutes = 60_000;
jest.setTimeout(10 * minutes);

let user: Session;
let writer: Writer;

beforeAll(async () => {
  user = new Session(await stackBeside("faults"));
  await user.prepare();
  await user.start();
  writer = new Writer(user.stack.names.container, user.secrets().NEO4J_PASSWORD);
}, 30 * minutes);

afterAll(async () => {
  await writer.stop();
  await user.end();
});

const tried = (what: Fault) =>
  survive(
    () => writer,
    () =>
      eventually(60, async () => {
        const { code, output } = await user.status();
        return code === 0 ? undefined : output;
      }),
    what,
  );

const startAgain = async () => {
  expect(await user.start()).toMatchObject({ code: 0 });
};

/** What `npm run status` says of the container. */
async function statusLine(): Promise<string> {
  const { code, output } = await user.status();
  expect(code).toBe(1);
  const line = /^Container \S+: (.*)$/m.exec(output)?.[1] ?? output;
  return `\`npm run status\`: ${line}; \`npm start\` starts it`;
}

fault("The container is killed, stopped or restarted", "`docker kill`, then `npm start`", () =>
  tried({
    strike: () => docker.getContainer(user.stack.names.container).kill(),
    sees: statusLine,
    mend: startAgain,
  }),
);

fault("The container is killed, stopped or restarted", "`docker rm -f`, then `npm start`", () =>
  tried({
    strike: () => docker.getContainer(user.stack.names.container).remove({ force: true }),
    sees: statusLine,
    mend: startAgain,
  }),
);

for (const [file, nonsense, named] of [
  ["examples/source/.env", "NEO4J_PASSWORD='open\n=\n\0\n", /\.env/],
  ["config/neo4j/neo4j.conf", "server.memory.heap.max_size=much\n{}\n", /neo4j\.conf/],
] as const) {
  fault("A settings file is edited into nonsense", file, async () => {
    const path = join(user.clone.path, file);
    const before = readFileSync(path, "utf8");
    const { Id, State } = await user.inspect();
    return tried({
      // In its place, so that the container has it as well.
      strike: () => writeFile(path, nonsense),
      sees: async () => {
        await writer.untilWriting();
        const { code, output } = await user.start();
        expect(code).not.toBe(0);
        expect(output).toMatch(named);
        const after = await user.inspect();
        expect([after.Id, after.State.StartedAt]).toStrictEqual([Id, State.StartedAt]);
        await writer.untilWriting();
        return `nothing, until \`npm start\` refuses it: ${output.trim().split("\n").slice(-8).join(" / ")}`;
      },
      mend: async () => {
        await writeFile(path, before);
        await startAgain();
      },
    });
  });
}
