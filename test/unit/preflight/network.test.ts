import { networkInterfaces } from "node:os";
import type { NetworkFacts } from "../../../config/engine/network-check";
import { stackLabel } from "../../../config/engine/stack-owner";
import { check, ownLabels } from "../../support/preflight";

const network = (facts: Partial<NetworkFacts>): NetworkFacts => ({
  id: "0123456789abcdef",
  name: "other",
  labels: {},
  subnets: [],
  ...facts,
});

const problemsOf = (networks: readonly NetworkFacts[], subnet?: string, at?: typeof remote) =>
  check({ networks }, { subnet }, at).then(
    () => [],
    (error: unknown) => (error as { problems: unknown }).problems,
  );

const remote = { uri: "tcp://engine.example:2376", origin: "a test" };

test("the stack's own network is no problem, nor is another one", async () => {
  const own = network({ name: "kalisi-network", labels: ownLabels, subnets: ["10.80.0.0/24"] });
  expect(await problemsOf([own, network({ subnets: ["10.81.0.0/24"] })])).toStrictEqual([]);
  expect(await problemsOf([own], "10.80.0.0/25")).toStrictEqual([]);
});

test.each([
  ["nobody's label", {}, "nothing shows that this stack created it"],
  ["another stack's label", { ...ownLabels, [stackLabel]: "blue" }, "stack blue"],
  [
    "another clone's label",
    { ...ownLabels, "kalisi.clone": "c2" },
    "stack dev of another clone, c2",
  ],
  ["compose's label", { "com.docker.compose.project": "old" }, "compose project old"],
])("one of the same name with %s is refused", async (_, labels, who) => {
  expect(await problemsOf([network({ name: "kalisi-network", labels })])).toStrictEqual([
    {
      code: "KALISI-NETWORK-NAME-TAKEN",
      setting: "kalisi:names.network",
      value: "kalisi-network",
      problem: `is the name of a network that is there already: kalisi-network (${who})`,
      fix: "if nobody needs it: docker network rm 0123456789ab; or choose another name: pulumi config set --path 'kalisi:names.network' VALUE",
    },
  ]);
});

test("a range of which another network has addresses is refused", async () => {
  expect(
    await problemsOf([network({ subnets: ["10.80.0.128/25"] })], "10.80.0.0/24"),
  ).toMatchObject([
    {
      code: "KALISI-NETWORK-SUBNET-TAKEN",
      setting: "kalisi:network.subnet",
      value: "10.80.0.0/24",
      problem: "has addresses of the network other (nothing shows that this stack created it)",
      fix: expect.stringContaining("pulumi config rm --path 'kalisi:network.subnet'") as string,
    },
  ]);
});

test("a range in which this machine is reached is refused, but for an Engine elsewhere", async () => {
  const [name, [{ cidr } = { cidr: null }] = []] =
    Object.entries(networkInterfaces()).find(([, addresses = []]) =>
      addresses.some(({ family }) => family === "IPv4"),
    ) ?? [];
  expect(await problemsOf([], cidr ?? "")).toMatchObject([
    { problem: `has addresses of this machine's network interface ${name ?? ""} (${cidr ?? ""})` },
  ]);
  expect(await problemsOf([], cidr ?? "", remote)).toStrictEqual([]);
});
