import { check, ownLabels } from "../../support/preflight";

const containers = [
  { name: "kalisi", labels: ownLabels },
  { name: "helper", labels: ownLabels },
];
const networks = ["n1", "n2"].map((id) => ({
  id,
  name: "kalisi-network",
  labels: ownLabels,
  subnets: [],
}));

test("what the state does not hold of the stack's own was left by an update", async () => {
  const readState = () => Promise.resolve({ ids: ["n2"], volumes: [] });
  expect((await check({ containers, networks }, { readState })).leftovers).toStrictEqual([
    { kind: "container", id: "kalisi", name: "kalisi" },
    { kind: "network", id: "n1", name: "kalisi-network" },
  ]);
});

test("where the state cannot be read, nothing counts as left", async () => {
  const readState = () => Promise.resolve(undefined);
  expect((await check({ containers, networks }, { readState })).leftovers).toStrictEqual([]);
});
