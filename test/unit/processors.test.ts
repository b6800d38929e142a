import { spellProcessors } from "../../config/processors";

// As nanoInt64ToDecimalString of the Terraform provider, which has tests of its own for these.
test.each([
  [1, "1.0"],
  [2, "2.0"],
  [10, "10."],
  [12, "12.0"],
  [0.5, "0.5"],
  [1.5, "1.5"],
  [0.25, "0.25"],
  [1.05, "1.05"],
])("%d processors are %s", (processors, spelled) => {
  expect(spellProcessors(processors)).toBe(spelled);
});

test("a number is never another one for the sake of its spelling", () => {
  for (const processors of [0.01, 0.05, 0.09, 10.05, 20.5, 100]) {
    expect(Number(spellProcessors(processors))).toBe(processors);
  }
});
