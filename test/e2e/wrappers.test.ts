import { appendFileSync } from "node:fs";
import { join } from "node:path";
import { eventually } from "../support/eventually";
import { commandsOf, followLogs } from "../support/e2e/commands";
import { healthyServices, healthyStatus } from "../support/e2e/healthy-status";
import { docker, partNames, whatExists } from "../support/e2e/probe";
import { Session } from "../support/e2e/session";
import { stackBeside } from "../support/e2e/stack";
import { story } from "../support/story";

// One story: each step goes on from where the one before it left the machine.
const minutes = 60_000;
jest.setTimeout(5 * minutes);

const step = story(5 * minutes);

let user: Session;
const { run, runJson, said } = commandsOf(() => user);
/** Has a name that begins like the stack's own volumes. */
let bystander: string;

beforeAll(async () => {
  user = new Session(await stackBeside("wrappers"));
  await user.prepare();
  bystander = `${user.stack.names.volumes.neo4j}-2`;
  await docker.createVolume({ Name: bystander });
}, 40 * minutes);

afterAll(async () => {
  await docker.getVolume(bystander).remove();
  await user.end();
});

describe("npm start", () => {
  step(
    "--preview shows the plan with the revision, counts for programs, changes nothing",
    async () => {
      const { code, result } = await runJson("start", "--preview");
      expect(code).toBe(0);
      const changes = { create: expect.any(Number) as number };
      expect(result).toStrictEqual({ stack: user.stack.name, changes });
      expect(await said()).toMatch(/sourceRevision *: "[0-9a-f]{40}(-dirty)?"/);
      expect(await whatExists(user.stack.names)).toStrictEqual([]);
    },
  );

  step("--json on a mistake has the error, and exit code 1", async () => {
    const { code, result } = await runJson("start", "--keys-from", "/nonexistent.pub");
    expect(code).toBe(1);
    expect(result["error"]).toContain("/nonexistent.pub");
    expect(result["code"]).toBe("KALISI-KEY-UNREADABLE");
    expect(await whatExists(user.stack.names)).toStrictEqual([]);
  });

  step(
    "brings the sources up to date first where that is configured, or changes nothing",
    async () => {
      await user.plain("config set --path kalisi:source.sync true");
      const { code, result } = await runJson("start");
      expect(code).toBe(1);
      expect(result["error"]).toMatch(/examples\/source is not a clone .* kalisi:source.sync/s);
      expect(result["code"]).toBe("KALISI-SOURCE-NO-CLONE");
      expect(await whatExists(user.stack.names)).toStrictEqual([]);
      await user.plain("config rm --path kalisi:source.sync");
    },
  );

  step("--json has where it is and what it was made from", async () => {
    const { code, result } = await runJson("start", "--yes");
    expect(code).toBe(0);
    expect(result).toMatchObject({
      stack: user.stack.name,
      url: `https://localhost:${user.stack.gatewayPort}`,
      ssh: `ssh -p ${user.stack.sshPort} kalisi@127.0.0.1`,
      imageDigest: (await user.inspect()).Image,
      volumeNames: Object.values(user.stack.names.volumes),
    });
  });
});

describe("npm run status", () => {
  step("--json tells of services, versions, revision and volumes, and of no change", async () => {
    const { code, result } = await runJson("status");
    expect(code).toBe(0);
    expect(result).toMatchObject(healthyStatus(user.stack));
    const { services, volumes } = result as {
      services: { name: string; state: string }[];
      volumes: { name: string; bytes?: number }[];
    };
    expect(services.map(({ name, state }) => [name, state])).toStrictEqual(healthyServices);
    expect(volumes.map(({ name }) => name)).toStrictEqual(Object.values(user.stack.names.volumes));
  });

  step("names a service that hangs, and what an edit would change, with exit code 1", async () => {
    await user.inside("s6-svc", "-p", "/run/service/neo4j-ui");
    appendFileSync(join(user.clone.path, "examples", "source", ".env"), "RUST_LOG=debug\n");
    await eventually(90, async () => {
      const { State } = await user.inspect();
      return State.Health?.Status === "unhealthy" ? undefined : State.Health?.Status;
    });
    const { code, result } = await runJson("status");
    expect(code).toBe(1);
    expect(result).toMatchObject({ healthy: false, container: { health: "unhealthy" } });
    expect(result["services"]).toContainEqual(
      expect.objectContaining({
        name: "neo4j-ui",
        state: "unhealthy",
        problem: expect.any(String) as string,
      }),
    );
    expect(result["drift"]).not.toStrictEqual([]);
    await user.inside("s6-svc", "-c", "/run/service/neo4j-ui");
  });
});

describe("npm run logs", () => {
  step("shows the last lines of one service", async () => {
    const { code, output } = await run("logs", "--tail", "2", "redis");
    expect(code).toBe(0);
    expect(output.match(/^redis: .*\n/gm)?.join("")).toBe(output);
    expect(output.split("\n")).toHaveLength(3);
  });

  step("names who there is when asked for somebody else", async () => {
    expect(await run("logs", "postgres")).toStrictEqual({ code: 2, output: "" });
    expect(await said()).toMatch(/postgres.*kalisi-gateway.*redis/);
  });

  step("follows until Ctrl-C, which is no failure", async () => {
    const write = (line: string) => user.inside("sh", "-c", `echo '${line}' >/proc/1/fd/1`);
    await write("e2e: before");
    await write("other: not asked for");
    const { lines, interrupt, ended } = followLogs(user, "-n", "1", "e2e");
    expect(await lines.next()).toMatchObject({ value: "e2e: before" });
    await write("other: still not asked for");
    await write("e2e: after");
    expect(await lines.next()).toMatchObject({ value: "e2e: after" });
    interrupt();
    expect(await ended).toBe(0);
    expect(await lines.next()).toMatchObject({ done: true });
  });
});

describe("npm run shell", () => {
  step("runs a command as kalisi in /workspace, seen by no shell", async () => {
    expect(await run("shell", "--", "sh", "-c", "id -un; pwd")).toStrictEqual({
      code: 0,
      output: "kalisi\n/workspace\n",
    });
    expect(await run("shell", "printf", "%s|", "a b", "$HOME", "; exit 3", "--json")).toStrictEqual(
      { code: 0, output: "a b|$HOME|; exit 3|--json|" },
    );
  });

  step("passes input in, output apart, and the exit code on", async () => {
    const line = `printf 'a\\nb' | npm run --silent shell -- --stack ${user.stack.name}`;
    const { code, output } = await user.sh(
      `${line} sh -c 'wc -c; echo wrong >&2; exit 37' 2>../stderr`,
    );
    expect({ code, output: output.trim() }).toStrictEqual({ code: 37, output: "3" });
    expect(await said()).toBe("wrong\n");
  });

  step("has a terminal of the right size where there is one", async () => {
    // The size comes after the command has begun.
    const command = "until stty size | grep -x 31.97; do sleep 0.1; done; tty";
    const line = `npm run --silent shell -- --stack ${user.stack.name} timeout 30 sh -c "${command}"`;
    const { code, output } = await user.sh(
      `script --quiet --return --command 'stty rows 31 cols 97; ${line}' /dev/null`,
    );
    expect(code).toBe(0);
    expect(output).toMatch(/31 97\s+\/dev\/pts\/\d+/);
  });
});

step("--stack of one command is not the next one's", async () => {
  const other = `${user.stack.name}-other`;
  await user.sh(`. .kalisi/activate && pulumi stack init --no-select ${other}`);
  const { code, output } = await user.sh(`npm run logs -- --stack ${other}`);
  expect(code).toBe(1);
  expect(output).toContain(`Stack ${other} has no container`);
  const selected = await user.sh(". .kalisi/activate && pulumi stack --show-name");
  expect(selected.output.trim()).toBe(user.stack.name);
  await user.sh(`. .kalisi/activate && pulumi stack rm --yes ${other}`);
});

step("a stack that there is not is named, with those that there are", async () => {
  const { code, output } = await user.sh("npm stop -- --stack nobodys");
  expect(code).toBe(1);
  expect(output.trimEnd().split("\n").at(-1)).toBe(
    `There is no stack nobodys. Name one that there is, such as --stack ${user.stack.name}; there are: ${user.stack.name}  [KALISI-STACK-UNKNOWN]`,
  );
});

describe("npm run wipe", () => {
  const everything = () => partNames(user.stack.names);

  for (const [how, exitCode, args, reason] of [
    ["without a terminal to ask on", 2, [], "--confirm"],
    ["on another stack's name", 1, ["--confirm", "dev"], "not the stack's name"],
  ] as const) {
    step(`touches nothing ${how}`, async () => {
      const { code, output } = await run("wipe", ...args);
      expect(code).toBe(exitCode);
      for (const name of everything()) expect(output).toContain(name);
      expect(output).not.toContain(bystander);
      expect(await said()).toContain(reason);
      expect(await whatExists(user.stack.names)).toStrictEqual(everything());
    });
  }

  step("touches nothing while somebody else's container has one of the volumes", async () => {
    const { Image } = await user.inspect();
    const volume = user.stack.names.volumes.redis;
    const stranger = await docker.createContainer({
      Image,
      name: `${user.stack.name}-stranger`,
      HostConfig: { Binds: [`${volume}:/data`] },
    });
    try {
      expect(await run("wipe", "--confirm", user.stack.name)).toMatchObject({ code: 1 });
      expect(await said()).toContain(`volume ${volume} is used by the container`);
      expect(await whatExists(user.stack.names)).toStrictEqual(everything());
    } finally {
      await stranger.remove();
    }
  });

  step(
    "removes the stack's container and volumes, and no other, once its name is typed",
    async () => {
      const line = `npm run --silent wipe -- --stack ${user.stack.name}`;
      const { code } = await user.sh(
        `echo ${user.stack.name} | script --quiet --return --command '${line}' /dev/null`,
      );
      expect(code).toBe(0);
      expect(await whatExists(user.stack.names)).toStrictEqual([]);
      await expect(docker.getVolume(bystander).inspect()).resolves.toMatchObject({
        Name: bystander,
      });
    },
  );

  step("has nothing to do then", async () => {
    expect(await runJson("wipe")).toStrictEqual({
      code: 0,
      result: { stack: user.stack.name, removed: [] },
    });
  });
});
