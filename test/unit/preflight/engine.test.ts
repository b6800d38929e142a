import type { ConfigError } from "../../../config/errors";
import { preflight } from "../../../config/engine/preflight";
import { check, engine, host, ownLabels, plain, useTakenPort } from "../../support/preflight";

const takePort = useTakenPort();

test("on another machine's Engine, this machine's ports do not matter", async () => {
  const ports = [{ setting: "kalisi:ssh.port", port: await takePort() }];
  const far = { uri: "ssh://me@far", origin: "DOCKER_HOST" };
  await expect(check({}, { ports }, far)).resolves.toBeDefined();
});

test("an Engine that does not answer is the one problem", async () => {
  const refusing = Object.assign(engine({}), {
    listContainers: () => Promise.reject(Object.assign(new Error("no"), { code: "ENOENT" })),
  });
  await expect(preflight(refusing, host, plain)).rejects.toMatchObject({
    problems: [{ setting: "Docker Engine (from the default socket)", value: host.uri }],
  });
});

test("whether the image is there is told", async () => {
  await expect(check({ images: ["kalisi/all-in-one:latest"] })).resolves.toMatchObject({
    imageIsThere: true,
  });
});

test("an image is built for the Engine's machine, not for the one that Pulumi runs on", async () => {
  expect((await check({})).platform).toBe("linux/arm64");
});

describe("a stack whose state is on another Engine", () => {
  const readState = () =>
    Promise.resolve({
      host: "tcp://127.0.0.1:1",
      container: "kalisi",
      ids: ["kalisi"],
      volumes: ["kalisi-neo4j"],
    });

  test("is refused, with both and the two ways on", async () => {
    await expect(check({ volumes: ["kalisi-neo4j"] }, { readState })).rejects.toMatchObject({
      problems: [
        {
          setting: "Docker Engine (from the default socket)",
          value: host.uri,
          problem: "stack dev is on another Engine, tcp://127.0.0.1:1",
          fix: expect.stringMatching(
            /'kalisi:dockerHost' 'tcp:\/\/127.0.0.1:1'.*npm stop -- --stack dev/,
          ) as string,
        },
        // What its state holds there says nothing of a volume of that name here.
        { value: "kalisi-neo4j" },
      ],
    });
  });

  test("is on this one while its container is here", async () => {
    const containers = [{ name: "kalisi", labels: ownLabels }];
    await expect(check({ containers }, { readState })).resolves.toMatchObject({ leftovers: [] });
  });
});

test("on another Engine than the Docker client's own, every command that is to be typed names it", async () => {
  const at = { uri: "tcp://engine.example:2376", origin: "a test" };
  const own = { name: "kalisi", labels: ownLabels, health: "healthy", state: "paused" };
  const fixes = async (...given: Parameters<typeof check>) =>
    check(given[0], given[1], at).then(
      () => [],
      (error: unknown) => (error as ConfigError).problems.map(({ fix }) => fix),
    );
  const said = [
    ...(await fixes({ containers: [own] })),
    ...(await fixes(
      {
        containers: [{ name: "kalisi", volume: "kalisi-redis", port: 1 }],
        networks: [{ id: "0123456789abcdef", name: "kalisi-network", labels: {}, subnets: [] }],
      },
      { ports: [{ setting: "kalisi:gateway.port", port: 1 }], adopt: ["none"] },
    )),
  ].join("\n");
  expect(said.match(/docker (?:unpause|stop|rm|network rm|volume ls)/g)).toBeNull();
  for (const words of ["unpause", "stop", "rm", "network rm", "volume ls"]) {
    expect(said).toContain(`docker -H tcp://engine.example:2376 ${words}`);
  }
});
