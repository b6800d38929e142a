import { memory, seconds } from "../../config/settings/units";
import { modes, recordAnew } from "../support/record-anew";

async function load(preview: boolean) {
  return {
    ...(await recordAnew(preview)),
    ...(await import("../../components/kalisi-container")),
    ...(await import("../../components/neo4j-config")),
  };
}

describe.each(modes)("in %s mode", (_, preview) => {
  let all: Awaited<ReturnType<typeof load>>;

  beforeEach(async () => {
    all = await load(preview);
  });

  /** The environment that a container is declared with. */
  async function environmentOf(args: Parameters<typeof declare>[0]) {
    declare(args);
    await all.runtime.disconnect();
    const container = all.registered.find(
      ({ type }) => type === "docker:index/container:Container",
    );
    return container?.inputs["envs"];
  }

  function declare({
    heap,
    pageCache,
    redis,
    apoc,
  }: Partial<Record<"heap" | "pageCache" | "redis", string>> & { readonly apoc?: boolean }) {
    const size = (text: string | undefined) => (text === undefined ? undefined : memory(text));
    const neo4j = new all.Neo4jConfig("neo4j", {
      conf: { path: "/c/neo4j.conf", content: "" },
      heap: size(heap),
      pageCache: size(pageCache),
      apoc,
    });
    new all.KalisiContainer("container", {
      containerName: "kalisi",
      image: "sha256:0123",
      network: "network-id",
      ports: [],
      volumes: [],
      mounts: [],
      digests: { "neo4j.conf": neo4j.file.digest },
      environment: neo4j.environment,
      settings: {
        autoStart: true,
        redis: { memory: size(redis) },
        timeouts: { healthySeconds: seconds(300), stopSeconds: seconds(90) },
      },
    });
  }

  test("typed shares of the memory reach the container, sorted", async () => {
    expect(await environmentOf({ heap: "1g", pageCache: "300m", redis: "2g" })).toStrictEqual([
      "KALISI_AUTO_START=true",
      "KALISI_HEALTHY_SECONDS=300",
      "KALISI_NEO4J_HEAP=1024m",
      "KALISI_NEO4J_PAGE_CACHE=300m",
      "KALISI_REDIS_MEMORY=2048m",
      "KALISI_STOP_SECONDS=90",
    ]);
  });

  test("a share that nobody sets is left to neo4j.conf and the image", async () => {
    expect(await environmentOf({ pageCache: "300m" })).toStrictEqual([
      "KALISI_AUTO_START=true",
      "KALISI_HEALTHY_SECONDS=300",
      "KALISI_NEO4J_PAGE_CACHE=300m",
      "KALISI_STOP_SECONDS=90",
    ]);
  });

  test.each([
    [true, []],
    [false, ["KALISI_NEO4J_APOC=false"]],
  ])("APOC %s reaches the container only where it is switched off", async (apoc, said) => {
    const others = [
      "KALISI_AUTO_START=true",
      "KALISI_HEALTHY_SECONDS=300",
      "KALISI_STOP_SECONDS=90",
    ];
    expect(await environmentOf({ apoc })).toStrictEqual([...others, ...said].sort());
  });
});
