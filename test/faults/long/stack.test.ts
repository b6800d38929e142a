import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { docker } from "../../support/e2e/probe";
import { eventually } from "../../support/eventually";
import { fault } from "../../support/faults/fault";
import { survive, type Fault } from "../../support/faults/patient";
import { useWrittenStack } from "../../support/faults/written-stack";

// A stack as a user has it, who does something about the fault with the project's own commands.
const minutes = 60_000;
jest.setTimeout(10 * minutes);

const written = useWrittenStack();

const tried = (what: Fault) =>
  survive(
    () => written.writer,
    () =>
      eventually(60, async () => {
        const { code, output } = await written.user.status();
        return code === 0 ? undefined : output;
      }),
    what,
  );

const startAgain = async () => {
  expect(await written.user.start()).toMatchObject({ code: 0 });
};

/** What `npm run status` says of the container. */
async function statusLine(): Promise<string> {
  const { code, output } = await written.user.status();
  expect(code).toBe(1);
  const line = /^Container \S+: (.*)$/m.exec(output)?.[1] ?? output;
  return `\`npm run status\`: ${line}; \`npm start\` starts it`;
}

fault("The container is killed, stopped or restarted", "`docker kill`, then `npm start`", () =>
  tried({
    strike: () => docker.getContainer(written.user.stack.names.container).kill(),
    sees: statusLine,
    mend: startAgain,
  }),
);

fault("The container is killed, stopped or restarted", "`docker rm -f`, then `npm start`", () =>
  tried({
    strike: () => docker.getContainer(written.user.stack.names.container).remove({ force: true }),
    sees: statusLine,
    mend: startAgain,
  }),
);

for (const [file, nonsense, named] of [
  ["examples/source/.env", "NEO4J_PASSWORD='open\n=\n\0\n", /\.env/],
  ["config/neo4j/neo4j.conf", "server.memory.heap.max_size=much\n{}\n", /neo4j\.conf/],
] as const) {
  fault("A settings file is edited into nonsense", file, async () => {
    const path = join(written.user.clone.path, file);
    const before = readFileSync(path, "utf8");
    const { Id, State } = await written.user.inspect();
    return tried({
      // In its place, so that the container has it as well.
      strike: () => writeFile(path, nonsense),
      sees: async () => {
        await written.writer.untilWriting();
        const { code, output } = await written.user.start();
        expect(code).not.toBe(0);
        expect(output).toMatch(named);
        const after = await written.user.inspect();
        expect([after.Id, after.State.StartedAt]).toStrictEqual([Id, State.StartedAt]);
        await written.writer.untilWriting();
        const [, refusal = ""] = /^Nothing was changed: .*\n([\s\S]*)/m.exec(output) ?? [];
        const lines = refusal.replaceAll(`${written.user.clone.path}/`, "").match(/\S.*$/gm) ?? [];
        return `nothing, until \`npm start\` refuses it: ${lines.join("; ")}`;
      },
      mend: async () => {
        await writeFile(path, before);
        await startAgain();
      },
    });
  });
}
