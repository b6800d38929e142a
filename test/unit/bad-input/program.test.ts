import { recordResources } from "../../support/recorder";

test("the program declares nothing where a setting is wrong", async () => {
  const registered = await recordResources(false);
  process.env["AUTHORIZED_KEYS"] = "nonsense";
  const program = (await import("../../../index")) as unknown as {
    readonly default: () => Promise<unknown>;
  };
  await expect(program.default()).rejects.toThrow(/^Nothing was changed: /);
  expect(registered).toStrictEqual([]);
});
