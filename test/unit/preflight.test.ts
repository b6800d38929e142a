import { createServer, type Server } from "node:net";
import type Docker from "dockerode";
import { preflight } from "../../config/preflight";

const host = { uri: "unix:///var/run/docker.sock", origin: "the default socket" };

/** An Engine on which containers publish ports. The real one is asked in test/e2e. */
function engine(published: Readonly<Record<string, number>>): Docker {
  return {
    ping: () => Promise.resolve("OK"),
    listContainers: () =>
      Promise.resolve(
        Object.entries(published).map(([name, PublicPort]) => ({
          Names: [`/${name}`],
          Ports: [{ PublicPort }],
        })),
      ),
  } as unknown as Docker;
}

let server: Server;

// Whatever a test ends with: a server left open would keep jest from ending.
afterEach(() => {
  server.close();
});

async function listen(): Promise<number> {
  server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

test("a port that our own container holds is free for it", async () => {
  const port = await listen();
  const ports = [{ setting: "kalisi:ssh.port", port }];
  await expect(preflight(engine({ kalisi: port }), host, "kalisi", ports)).resolves.toBeUndefined();
});

test("all ports that are taken are named at once, with who holds them", async () => {
  const port = await listen();
  const ports = [
    { setting: "kalisi:gateway.port", port: 1 },
    { setting: "kalisi:ssh.port", port },
  ];
  await expect(preflight(engine({ other: 1 }), host, "kalisi", ports)).rejects.toMatchObject({
    problems: [
      { setting: "kalisi:gateway.port", problem: "127.0.0.1:1 is taken by the container other" },
      {
        setting: "kalisi:ssh.port",
        problem: `127.0.0.1:${port} is taken by another program on this machine`,
      },
    ],
  });
});

test("on another machine's Engine, this machine's ports do not matter", async () => {
  const port = await listen();
  const far = { uri: "ssh://me@far", origin: "DOCKER_HOST" };
  const ports = [{ setting: "kalisi:ssh.port", port }];
  await expect(preflight(engine({}), far, "kalisi", ports)).resolves.toBeUndefined();
});
