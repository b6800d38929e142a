import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { commandsOf } from "../support/e2e/commands";
import { docker } from "../support/e2e/probe";
import type { Session } from "../support/e2e/session";
import { startTinyStack } from "../support/e2e/tiny-image";
import { eventually } from "../support/eventually";
import { story } from "../support/story";

// A stack is left for Compose, and comes back.
const minutes = 60_000;
jest.setTimeout(3 * minutes);

const step = story(3 * minutes);

/** Whether Compose is here, as the Docker client's plugin: https://docs.docker.com/compose/install/linux/ */
function hasCompose(): boolean {
  try {
    execFileSync("docker", ["compose", "version"], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}

let user: Session;
let file: string;
const { run, said } = commandsOf(() => user);

beforeAll(async () => {
  user = await startTinyStack("compose");
  file = join(user.clone.path, "..", "compose.yaml");
}, 20 * minutes);

afterAll(() => user.end());

describe("npm run export-compose", () => {
  step("writes the file to stdout, or where it is told", async () => {
    const { code, output } = await run("export-compose");
    expect(code).toBe(0);
    expect(await run("export-compose", "--output", file)).toMatchObject({ code: 0 });
    expect(readFileSync(file, "utf8")).toBe(output);
    // Its own it replaces.
    expect(await run("export-compose", "--output", file)).toMatchObject({ code: 0 });
  });

  step("replaces a file of somebody else's only where that is asked for", async () => {
    writeFileSync(file, "services: {}\n");
    expect(await run("export-compose", "--output", file)).toMatchObject({ code: 1 });
    expect(await said()).toMatch(/\[KALISI-EXPORT-FILE\]\n.*--force/);
    expect(readFileSync(file, "utf8")).toBe("services: {}\n");
    expect(await run("export-compose", "--output", file, "--force")).toMatchObject({ code: 0 });
  });
});

describe("the file", () => {
  step("runs the same container by Compose, where that is installed", async () => {
    const declared = await user.inspect();
    expect(await user.stop()).toMatchObject({ code: 0 });
    expect((await run("export-compose")).code).toBe(1);
    expect(await said()).toContain("[KALISI-CONTAINER-MISSING]");
    if (!hasCompose()) {
      console.log("Not started by Compose, as the Docker client has no `docker compose` here");
      return;
    }
    const line = `docker compose --project-name ${user.stack.name} --file ${file}`;
    expect(await user.sh(`${line} up --detach`)).toMatchObject({ code: 0 });
    await eventually(60, async () => {
      const status = (await user.inspect()).State.Health?.Status;
      return status === "healthy" ? undefined : status;
    });
    const found = await user.inspect();
    expect(compared(found)).toStrictEqual(compared(declared));
    // The name is Compose's now, and said to be so.
    const { code, output } = await user.start();
    expect(code).toBe(1);
    expect(output).toContain(`compose project ${user.stack.name}`);
    expect(await user.sh(`${line} down --volumes`)).toMatchObject({ code: 0 });
    const { Volumes } = await docker.listVolumes();
    expect(Volumes.map(({ Name }) => Name)).toStrictEqual(
      expect.arrayContaining([...user.volumes]),
    );
  });

  step("leaves the stack as it was: npm start brings it back", async () => {
    expect(await user.start()).toMatchObject({ code: 0 });
  });
});

/** What must be the same of a container, whoever has made it. */
function compared({ Image, Config, HostConfig, Mounts }: Awaited<ReturnType<Session["inspect"]>>) {
  const { Env, Healthcheck } = Config;
  const { CapAdd, CapDrop, SecurityOpt, PortBindings, LogConfig, PidsLimit } =
    HostConfig as Readonly<Record<string, unknown>>;
  return [
    [Image, Healthcheck, PortBindings, LogConfig, PidsLimit],
    [CapDrop, SecurityOpt, HostConfig.Ulimits as unknown, HostConfig.RestartPolicy?.Name],
    [...(CapAdd as readonly string[])].sort(),
    [...Env].sort(),
    Mounts.map(({ Source, Destination, RW }) => `${Source} ${Destination} ${String(RW)}`).sort(),
  ];
}
