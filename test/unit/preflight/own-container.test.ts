import { cloneLabel, stackLabel } from "../../../config/engine/stack-owner";
import { check, host, ownLabels, useTakenPort } from "../../support/preflight";

const takePort = useTakenPort();

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

test.each([
  ["tcp://far:2376", [], true],
  ["tcp://far:2376", [{ name: "kalisi-files", labels: ownLabels }], false],
  [host.uri, [], false],
])(
  "of the Engine at %s, the placed files are missing where %j is all it has",
  async (uri, volumes, lacksFiles) => {
    const found = check({ volumes }, {}, { ...host, uri });
    await expect(found).resolves.toMatchObject({ lacksFiles });
  },
);
