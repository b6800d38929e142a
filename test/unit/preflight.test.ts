import { createServer, type Server } from "node:net";
import type Docker from "dockerode";
import { physicalNames } from "../../config/names";
import { cloneLabel, stackLabel } from "../../config/engine/stack-owner";
import { preflight, type Wanted } from "../../config/engine/preflight";
import type { VolumeFacts } from "../../config/engine/volume-owner";
import { listen } from "../support/listen";

const host = { uri: "unix:///var/run/docker.sock", origin: "the default socket" };
const owner = { stack: "dev", clone: "c1" };
const ownLabels = { [stackLabel]: "dev", [cloneLabel]: "c1" };

interface Running {
  readonly name: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly port?: number;
  readonly ip?: string;
  readonly volume?: string;
  readonly state?: string;
  /** What the Engine calls its health; unset: it has no check. */
  readonly health?: string;
}

interface EngineOptions {
  readonly containers?: readonly Running[];
  /** Names; or whole volumes. */
  readonly volumes?: readonly (string | VolumeFacts)[];
  readonly images?: readonly string[];
}

/** An Engine with these on it. The real one is asked in test/e2e. */
function engine({ containers = [], volumes = [], images = [] }: EngineOptions): Docker {
  return {
    listContainers: () =>
      Promise.resolve(
        containers.map(({ name, labels = {}, port, ip = "127.0.0.1", volume, state }) => ({
          Id: name,
          Names: [`/${name}`],
          Labels: labels,
          State: state ?? "running",
          Ports: port === undefined ? [] : [{ PublicPort: port, IP: ip }],
          Mounts: volume === undefined ? [{ Type: "bind" }] : [{ Type: "volume", Name: volume }],
        })),
      ),
    listVolumes: () =>
      Promise.resolve({
        Volumes: volumes
          .map((volume) => (typeof volume === "string" ? { name: volume, labels: {} } : volume))
          .map(({ name, labels }) => ({ Name: name, Labels: labels })),
      }),
    getContainer: (id: string) => ({
      inspect: () => {
        const { state = "running", health } = containers.find(({ name }) => name === id) ?? {};
        const State = {
          Running: state === "running" || state === "paused",
          Paused: state === "paused",
          Restarting: state === "restarting",
          ...(health === undefined ? {} : { Health: { Status: health } }),
        };
        return Promise.resolve({ State });
      },
    }),
    getImage: (name: string) => ({
      inspect: () =>
        images.includes(name)
          ? Promise.resolve({})
          : Promise.reject(Object.assign(new Error(), { statusCode: 404 })),
    }),
    info: () =>
      Promise.resolve({ NCPU: 2, ID: "e1", DockerRootDir: "/d", ServerVersion: "20.10.24" }),
  } as unknown as Docker;
}

const plain: Wanted = {
  owner,
  names: physicalNames("dev"),
  ports: [],
  imageName: "kalisi/all-in-one:latest",
  ledger: [],
  adopt: [],
  configuredVolumes: [],
  update: true,
  readState: () => Promise.resolve({ volumes: [] }),
};

function check(options: EngineOptions, wanted: Partial<Wanted> = {}, at = host) {
  return preflight(engine(options), at, { ...plain, ...wanted });
}

let server: Server | undefined;

// Whatever a test ends with: a server left open would keep jest from ending.
afterEach(() => {
  server?.close();
  server = undefined;
});

/** Has somebody listen on a port. */
function takePort(): Promise<number> {
  server = createServer();
  return listen(server);
}

describe("what the stack's own container holds is free for it:", () => {
  test("its name, ports and volumes", async () => {
    const port = await takePort();
    const container = { name: "kalisi", labels: ownLabels, port, volume: "kalisi-neo4j" };
    const ports = [{ setting: "kalisi:ssh.port", port }];
    await expect(check({ containers: [container] }, { ports })).resolves.toMatchObject({
      imageIsThere: false,
    });
  });

  test.each([
    ["another stack's", { ...ownLabels, [stackLabel]: "blue" }, "(stack blue)"],
    [
      "another clone's, of the same stack",
      { ...ownLabels, [cloneLabel]: "c2" },
      "(stack dev of another clone, c2)",
    ],
    ["nobody's", {}, ""],
  ])("not what is %s", async (_, labels, whose) => {
    const found = check({ containers: [{ name: "kalisi", labels }] });
    await expect(found).rejects.toMatchObject({
      problems: [
        {
          setting: "kalisi:names.container",
          problem: `is the name of the container kalisi${whose === "" ? "" : ` ${whose}`}`,
        },
      ],
    });
  });
});

describe("the stack's own container", () => {
  const own = { name: "kalisi", labels: ownLabels };

  test.each([
    [{ ...own, health: "healthy" }, false],
    [{ ...own, health: "none" }, false],
    [own, false],
    [{ ...own, health: "starting" }, true],
    [{ ...own, health: "unhealthy" }, true],
    [{ ...own, health: "healthy", state: "restarting" }, true],
    [{ ...own, health: "healthy", state: "exited" }, true],
    [{ name: "other", labels: ownLabels, health: "starting" }, false],
  ])(
    "is not serving where the Engine does not call it healthy: %j",
    async (container, expected) => {
      await expect(check({ containers: [container] })).resolves.toMatchObject({
        isNotServing: expected,
      });
    },
  );

  test("is not changed while it is paused, but can be looked at", async () => {
    const paused = { containers: [{ ...own, health: "healthy", state: "paused" }] };
    await expect(check(paused)).rejects.toMatchObject({
      problems: [{ value: "kalisi", fix: "resume it: docker unpause kalisi" }],
    });
    await expect(check(paused, { update: false })).resolves.toMatchObject({ isNotServing: false });
  });
});

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

describe("the former compose project's volumes", () => {
  const former = ["kalisi_kalisi-neo4j", "kalisi_kalisi-home", "kalisi_cache", "unrelated"];

  test("are offered, with the commands that adopt them", async () => {
    const { hint } = await check({ volumes: former });
    expect(hint?.split("\n").slice(1)).toStrictEqual([
      "  pulumi config set --path 'kalisi:names.volumes.neo4j' 'kalisi_kalisi-neo4j'",
      "  pulumi config set --path 'kalisi:names.volumes.home' 'kalisi_kalisi-home'",
    ]);
  });

  test.each([
    ["once the stack has one of its own", [...former, { name: "kalisi-redis", labels: ownLabels }]],
    ["where there are none", ["unrelated"]],
  ])("are not mentioned %s", async (_, volumes) => {
    expect(await check({ volumes })).toMatchObject({ hint: undefined });
  });

  test("are not mentioned once they are adopted", async () => {
    const { container, volumes } = physicalNames("dev");
    const names = { container, volumes: { ...volumes, neo4j: "kalisi_kalisi-neo4j" } };
    const configuredVolumes = ["kalisi_kalisi-neo4j"];
    expect(await check({ volumes: former }, { names, configuredVolumes })).toMatchObject({
      hint: undefined,
      taken: [{ name: "kalisi_kalisi-neo4j", engine: "e1 /d", labels: {} }],
    });
  });
});

describe("volumes that are there under the stack's names", () => {
  const volumes = [
    { name: "kalisi-workspace", labels: ownLabels },
    { name: "kalisi-neo4j", labels: {} },
    { name: "kalisi-redis", labels: {} },
    { name: "kalisi-home", labels: { ...ownLabels, [cloneLabel]: "c2" } },
  ];
  const problemsOf = (wanted: Partial<Wanted>, containers: readonly Running[] = []) =>
    // The Engine lists them in no order.
    check({ volumes: volumes.toReversed(), containers }, wanted).then(
      () => [],
      (error: unknown) => (error as { problems: { value: string; fix: string }[] }).problems,
    );

  test("and not the stack's are refused, each owner's at once, with what takes them", async () => {
    expect(await problemsOf({})).toMatchObject([
      {
        setting: "kalisi:names.volumes",
        value: "kalisi-neo4j, kalisi-redis",
        problem: expect.stringContaining("nothing shows that this stack created them") as string,
        fix: expect.stringContaining(
          "npm start -- --stack dev --adopt kalisi-neo4j,kalisi-redis (plain Pulumi: KALISI_ADOPT_VOLUMES=kalisi-neo4j,kalisi-redis pulumi up)",
        ) as string,
      },
      {
        setting: "kalisi:names.volumes.home",
        value: "kalisi-home",
        problem: "belongs to stack dev of another clone, c2, not to this stack",
      },
    ]);
  });

  test("are taken once they are named, and to be recorded", async () => {
    const adopt = ["kalisi-neo4j", "kalisi-redis", "kalisi-home"];
    const { taken } = await check({ volumes }, { adopt });
    expect(taken.map(({ name }) => name)).toStrictEqual(adopt);
    expect(await problemsOf({ ledger: taken })).toStrictEqual([]);
  });

  test("and held by somebody's running container are named once", async () => {
    const holder = { name: "o", volume: "kalisi-neo4j" };
    expect((await problemsOf({}, [holder])).map(({ value }) => value)).toStrictEqual([
      "kalisi-neo4j",
      "kalisi-redis",
      "kalisi-home",
    ]);
  });

  test.each([
    ["a volume that is not used", ["kalisi-workspace", "other"], "is not a volume on this Engine"],
    ["another volume than the stack's", ["unrelated"], "is not one of this stack's volumes"],
  ])("%s cannot be taken", async (_, adopt, problem) => {
    await expect(check({ volumes: ["kalisi-workspace", "unrelated"] }, { adopt })).rejects.toThrow(
      problem,
    );
  });
});

describe("a stack whose state is on another Engine", () => {
  const readState = () =>
    Promise.resolve({ host: "tcp://127.0.0.1:1", container: "kalisi", volumes: ["kalisi-neo4j"] });

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

  test("is not asked about while its container is here", async () => {
    const readElsewhere = () => Promise.reject(new Error("asked"));
    const containers = [{ name: "kalisi", labels: ownLabels }];
    await expect(check({ containers }, { readState: readElsewhere })).resolves.toBeDefined();
  });
});
