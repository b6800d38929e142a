import { physicalNames } from "../../../config/names";
import type { Wanted } from "../../../config/engine/preflight";
import { cloneLabel } from "../../../config/engine/stack-owner";
import { check, ownLabels, type Running } from "../../support/preflight";

describe("the former compose project's volumes", () => {
  const former = ["kalisi_kalisi-neo4j", "kalisi_kalisi-home", "kalisi_cache", "unrelated"];

  test("are offered, with the commands that adopt them", async () => {
    const { warnings } = await check({ volumes: former });
    expect(warnings[0]?.split("\n").slice(1)).toStrictEqual([
      "  pulumi config set --path 'kalisi:names.volumes.neo4j' 'kalisi_kalisi-neo4j'",
      "  pulumi config set --path 'kalisi:names.volumes.home' 'kalisi_kalisi-home'",
    ]);
  });

  test.each([
    ["once the stack has one of its own", [...former, { name: "kalisi-redis", labels: ownLabels }]],
    ["where there are none", ["unrelated"]],
  ])("are not mentioned %s", async (_, volumes) => {
    expect(await check({ volumes })).toMatchObject({ warnings: [] });
  });

  test("are not mentioned once they are adopted", async () => {
    const derived = physicalNames("dev");
    const names = { ...derived, volumes: { ...derived.volumes, neo4j: "kalisi_kalisi-neo4j" } };
    const configuredVolumes = ["kalisi_kalisi-neo4j"];
    expect(await check({ volumes: former }, { names, configuredVolumes })).toMatchObject({
      warnings: [],
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
