import { appendFileSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parse } from "dotenv";
import { FarStack } from "../support/e2e/far-stack";
import { runAsRoot } from "../support/e2e/network-namespace";
import { shellLines } from "../support/e2e/tiny-image";
import { story } from "../support/story";

const minutes = 60_000;
jest.setTimeout(4 * minutes);

const step = story(4 * minutes);

/** Its container is well as long as it has the files. */
const image = [
  ...shellLines,
  "RUN printf '#!/bin/sh\\ntest -s /etc/kalisi/files/env -a -s /etc/kalisi/files/neo4j.conf\\n' > /usr/local/bin/kalisi-health",
];

let far: FarStack;
let other: string;
/** What all commands of the story have said. */
let said = "";

beforeAll(async () => {
  far = await FarStack.make("far", image);
  other = far.host.makeHostKey("other");
}, 10 * minutes);

afterAll(() => far.end());

const unknown = "Host key verification failed";
const toTry = "ssh -o BatchMode=yes -o ConnectTimeout=30 -T -- far docker version";

/** Brings it up; the container's id then. */
async function start(rest = ""): Promise<string> {
  const { code, output } = await far.run("start", rest);
  expect({ code, output }).toMatchObject({ code: 0 });
  said += output;
  await expect(far.parts()).resolves.toStrictEqual(far.whole);
  return (await far.inspect()).Id;
}

const ownFile = (path: string) => join(far.user.clone.path, path);
const envFile = () => ownFile("examples/source/.env");

describe("where the client cannot get in, nothing is made", () => {
  const cases = [
    { given: "a host that is not known", known: () => undefined, isIn: true, says: unknown },
    { given: "a host with another key", known: () => other, isIn: true, says: unknown },
    {
      given: "a key that may not log in",
      known: () => far.hostKey,
      isIn: false,
      says: "Permission denied",
    },
  ];
  for (const { given, known, isIn, says } of cases) {
    step(given, async () => {
      far.host.hangUp();
      far.host.know(known());
      far.host.letIn(isIn);
      for (const command of ["start", "preview"]) {
        const output = await far.refusal(command);
        expect(output).toContain(says);
        expect(output.trimEnd().split("\n").at(-1)).toContain(toTry);
      }
      await expect(far.parts()).resolves.toStrictEqual([]);
    });
  }

  step("a host without Docker's client", async () => {
    far.host.know(far.hostKey);
    far.host.letIn(true);
    await far.host.stop();
    await far.host.start(far.hostKey, ["PATH=/nowhere"]);
    await expect(far.refusal("start")).resolves.toContain("docker: command not found");
    await far.host.stop();
  });

  step("a host that does not answer", async () => {
    await expect(far.refusal("start")).resolves.toContain("Connection closed");
    await far.host.start(far.hostKey);
  });
});

step("a volume of somebody else's in the files' place is refused, and stays", async () => {
  await far.engine.docker.createVolume({ Name: far.filesVolume });
  const output = await far.refusal("start");
  expect(output).toContain("KALISI-VOLUME-FOREIGN");
  expect(output).toContain(`docker -H ${far.host.uri} volume rm ${far.filesVolume}`);
  await expect(far.parts()).resolves.toStrictEqual([far.filesVolume]);
  await far.engine.docker.getVolume(far.filesVolume).remove();
});

step("a key's file alone is enough to come up, by one connection", async () => {
  far.host.hangUp();
  const before = far.host.counted("logins");
  await start();
  expect(far.host.counted("logins") - before).toBe(1);
  await expect(far.placed("env")).resolves.toBe(readFileSync(envFile(), "utf8"));
});

step("no secret is in the state, on the Engine or in what was said", async () => {
  const secrets = Object.values(parse(readFileSync(envFile()))).filter(({ length }) => length > 15);
  expect(secrets.length).toBeGreaterThan(1);
  const { container, volumes } = far.user.stack.names;
  const { docker } = far.engine;
  const facts = [await far.inspect(), await docker.getVolume(far.filesVolume).inspect()];
  const places = { facts: JSON.stringify(facts), state: far.state(), said };
  expect(places.facts).toContain(Object.values(volumes)[0]);
  expect(places.state).toContain(`"${container}"`);
  for (const secret of secrets) {
    for (const text of Object.values(places)) expect(text).not.toContain(secret);
  }
});

step("nothing was made at the clone's paths on the other machine", () => {
  const hidden = dirname(far.user.clone.path);
  expect(far.engine.seesBy("stat", "--file-system", "--format=%T", hidden)).toBe("tmpfs\n");
  expect(far.engine.seesBy("find", hidden, "-mindepth", "1")).toBe("");
});

step("the same again changes nothing", async () => {
  const { Id } = await far.inspect();
  const { code, output } = await far.run("preview");
  expect({ code, output }).toMatchObject({ code: 0 });
  expect(output).toMatch(/Resources:\s+\d+ unchanged\s+Policies/);
  await expect(start()).resolves.toBe(Id);
});

step("no Compose file is written, which could not place the files", async () => {
  await expect(far.refusal("export-compose")).resolves.toContain("KALISI-EXPORT-ENGINE");
});

step("another key does not replace the container", async () => {
  const { Id } = await far.inspect();
  await expect(start(`--keys-from '${far.user.strangersKey}.pub'`)).resolves.toBe(Id);
});

for (const [file, path, line] of [
  ["env", "examples/source/.env", "ADDED=by-hand"],
  ["neo4j.conf", "config/neo4j/neo4j.conf", "# added by hand"],
] as const) {
  step(`an edit of ${file} places it anew and replaces the container`, async () => {
    const { Id } = await far.inspect();
    appendFileSync(ownFile(path), `${line}\n`);
    await expect(start()).resolves.not.toBe(Id);
    await expect(far.placed(file)).resolves.toBe(readFileSync(ownFile(path), "utf8"));
  });
}

step("files that are gone there are put back", async () => {
  const { Id } = await far.inspect();
  const folder = await far.folderOf(far.filesVolume);
  runAsRoot("rm", join(folder, "env"), join(folder, "neo4j.conf"));
  await far.engine.docker.getContainer(Id).restart({ t: 5 });
  expect((await far.inspect()).State.Health?.Status).not.toBe("healthy");
  await expect(start()).resolves.toBe(Id);
  await expect(far.placed("env")).resolves.toContain("ADDED=by-hand");
});

step("so are those of a volume that is gone with the container", async () => {
  const { Id } = await far.inspect();
  await far.engine.docker.getContainer(Id).remove({ force: true });
  await far.engine.docker.getVolume(far.filesVolume).remove();
  await start();
  await expect(far.placed("env")).resolves.toContain("ADDED=by-hand");
});

step("the other commands reach it, too", async () => {
  const status = await far.run("status");
  expect(status.output).toContain(far.user.stack.names.container);
  const doctor = await far.run("doctor");
  expect(doctor.output).toContain(`${far.host.uri} (from kalisi:dockerHost`);
  const shell = await far.run("shell", "echo of the container");
  expect(shell).toStrictEqual({ code: 0, output: "of the container\n" });
});

step("stop keeps the data alone, and it is there after the next start", async () => {
  const { workspace } = far.user.stack.names.volumes;
  runAsRoot("touch", join(await far.folderOf(workspace), "mark"));
  const { code, output } = await far.run("stop");
  expect({ code, output }).toMatchObject({ code: 0 });
  await expect(far.parts()).resolves.toStrictEqual([...far.user.volumes].sort());
  await start();
  const shell = await far.run("shell", "ls /workspace");
  expect(shell).toStrictEqual({ code: 0, output: "mark\n" });
});
