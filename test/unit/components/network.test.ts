import { byType, useComponents } from "../../support/components";
import { modes } from "../../support/record-anew";

describe.each(modes)("in %s mode", (_, preview) => {
  const all = useComponents(preview);
  const least = { networkName: "n", bridgeName: "b" };

  async function declare(args: Partial<ConstructorParameters<typeof all.KalisiNetwork>[1]> = {}) {
    await all.settle(new all.KalisiNetwork("network", { ...least, ...args }).urn);
    const [declared] = byType(all.registered, "docker:index/network:Network");
    return declared;
  }

  test("a network lets none of its containers reach another", async () => {
    expect(await declare()).toMatchObject({
      name: "network-bridge",
      inputs: {
        name: "n",
        driver: "bridge",
        options: {
          "com.docker.network.bridge.enable_icc": "false",
          "com.docker.network.bridge.name": "b",
        },
      },
    });
  });

  test("Docker chooses the addresses, unless a range is given", async () => {
    expect((await declare())?.inputs).not.toHaveProperty("ipamConfigs");
    all.registered.length = 0;
    expect(await declare({ subnet: "10.80.0.0/24", labels: { b: "2", a: "1" } })).toMatchObject({
      inputs: {
        ipamConfigs: [{ subnet: "10.80.0.0/24" }],
        labels: [
          { label: "a", value: "1" },
          { label: "b", value: "2" },
        ],
      },
    });
  });
});
