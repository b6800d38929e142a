import { adviceOn, codeOf } from "../../cli/progress/advice";

test.each([
  "could not find an available, non-overlapping IPv4 address pool among the defaults to assign to the network",
  "all predefined address pools have been fully subnetted",
])("an Engine that has no network left says what gives one: %s", (said) => {
  const text = `error: unable to create network: Error response from daemon: ${said}`;
  expect(codeOf(text)).toBe("KALISI-NETWORK-POOL-EMPTY");
  expect(adviceOn(text).join()).toContain(
    "config set --path 'kalisi:network.subnet' '10.80.0.0/24'",
  );
});

test("of a failure that is of no known kind nothing is said", () => {
  expect(codeOf("error: unable to create network")).toBe("KALISI-PULUMI-FAILED");
  expect(adviceOn("error: unable to create network")).toStrictEqual([]);
});
