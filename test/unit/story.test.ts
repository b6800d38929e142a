import { story } from "../support/story";

let tests: Map<string, () => unknown>;
let limits: readonly (number | undefined)[];
let told: string[];

/** A story of three steps, which are run by nobody yet. */
beforeEach(() => {
  tests = new Map();
  limits = [];
  told = [];
  const step = story(100, (name, run, limit) => {
    tests.set(name, run);
    limits = [...limits, limit];
  });
  step("first", () => {
    told.push("first");
    expect(told).toHaveLength(1);
  });
  step(
    "second",
    () => {
      told.push("second");
      throw new Error("the second is wrong");
    },
    1000,
  );
  step("third", () => {
    told.push("third");
    expect(told).toHaveLength(3);
  });
});

test("a step that is run alone has those before it run first", async () => {
  await tests.get("third")?.();
  expect(told).toStrictEqual(["first", "second", "third"]);
});

test("each is run once, whatever the order, and reported under its own name", async () => {
  await tests.get("third")?.();
  await expect(tests.get("second")?.()).rejects.toThrow("the second is wrong");
  await tests.get("first")?.();
  expect(told).toStrictEqual(["first", "second", "third"]);
});

test("a step may take as long as all those that it may have to run", () => {
  expect(limits).toStrictEqual([100, 1100, 1200]);
});

test("a step that does not end fails, and so does one that asserts nothing", async () => {
  const step = story(10, (name, run) => tests.set(name, run));
  step("endless", () => new Promise(() => undefined));
  step("idle", () => undefined);
  await expect(tests.get("endless")?.()).rejects.toThrow('"endless" takes longer than 0.01 s');
  await expect(tests.get("idle")?.()).rejects.toThrow("toBeGreaterThan");
});
