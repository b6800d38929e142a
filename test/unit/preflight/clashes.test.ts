import { createServer, type AddressInfo } from "node:net";
import { close } from "../../support/listen";
import { stackLabel } from "../../../config/engine/stack-owner";
import { check, ownLabels, useTakenPort } from "../../support/preflight";

const takePort = useTakenPort();

test("all clashes are named at once, each with its holder and what ends it", async () => {
  const port = await takePort();
  const problems = await check(
    {
      containers: [
        { name: "kalisi", labels: { "com.docker.compose.project": "old" }, volume: "kalisi-redis" },
        { name: "other", port: 1 },
        {
          name: "kalisi-blue",
          labels: { ...ownLabels, [stackLabel]: "blue" },
          volume: "kalisi-home",
        },
      ],
    },
    {
      ports: [
        { setting: "kalisi:gateway.port", port: 1 },
        { setting: "kalisi:ports[0].external", port },
      ],
      cpus: 3,
    },
  ).catch((error: unknown) => (error as { problems: unknown }).problems);
  expect(problems).toMatchObject([
    {
      problem: "is the name of the container kalisi (compose project old)",
      fix: expect.stringContaining("docker stop --time 90 kalisi && docker rm kalisi") as string,
    },
    {
      setting: "kalisi:names.volumes.redis",
      problem: "is in use by the container kalisi (compose project old)",
      fix: expect.stringContaining("docker stop --time 90 kalisi, or") as string,
    },
    {
      setting: "kalisi:names.volumes.home",
      problem: "is in use by the container kalisi-blue (stack blue)",
      fix: expect.stringContaining("npm stop -- --stack blue, or") as string,
    },
    {
      setting: "kalisi:gateway.port",
      problem: "127.0.0.1:1 is taken by the container other",
      fix: expect.stringContaining("docker stop --time 90 other, or choose") as string,
    },
    {
      setting: "kalisi:ports[0].external",
      // Where neither ss nor lsof is installed, nobody can say more.
      problem: expect.stringMatching(
        new RegExp(
          `^127.0.0.1:${port} is taken by (the program \\S+ \\(process ${process.pid}\\)|another program on this machine)$`,
        ),
      ) as string,
    },
    { setting: "kalisi:resources.cpus", value: "3", fix: expect.stringContaining(" 2") as string },
  ]);
});

test("a volume of a container that does not run is free, its name is not", async () => {
  const container = { name: "old", state: "exited", volume: "kalisi-neo4j" };
  await expect(check({ containers: [container] })).resolves.toBeDefined();
  await expect(check({ containers: [{ ...container, name: "kalisi" }] })).rejects.toMatchObject({
    problems: [{ setting: "kalisi:names.container" }],
  });
});

test("a port published on another address than loopback's is free", async () => {
  const ports = [{ setting: "kalisi:ssh.port", port: 2 }];
  const far = { uri: "ssh://me@far", origin: "DOCKER_HOST" };
  const publishedOn = (ip: string) =>
    check({ containers: [{ name: "o", port: 2, ip }] }, { ports }, far);
  await expect(publishedOn("192.0.2.1")).resolves.toBeDefined();
  await expect(publishedOn("0.0.0.0")).rejects.toThrow("the container o");
});

test("whoever listens on the other address of localhost is told of, and is in nobody's way", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen({ host: "::1", port: 0 }, resolve));
  const { port } = server.address() as AddressInfo;
  const wanted = { ports: [{ setting: "kalisi:gateway.port", port }] };
  try {
    expect((await check({}, wanted)).warnings).toStrictEqual([
      `Another program listens on [::1]:${port}, where a browser may be led by the name localhost: use 127.0.0.1:${port}`,
    ]);
  } finally {
    await close(server);
  }
  expect((await check({}, wanted)).warnings).toStrictEqual([]);
});
