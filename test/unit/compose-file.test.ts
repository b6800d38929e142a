import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { toCompose } from "../../cli/container/compose-file";
import type { StateResource } from "../../config/engine/state-file";
import { memory } from "../../config/settings/units";
import { declareContainer, useComponents } from "../support/components";

const golden = join(__dirname, "..", "fixtures", "compose.yaml");
const all = useComponents(false);
const id = `sha256:${"a".repeat(64)}`;
const image: StateResource = {
  type: "docker:index/image:Image",
  inputs: { imageName: "kalisi/all-in-one:mine" },
  outputs: { repoDigest: id },
};
const limit: StateResource = {
  type: "command:local:Command",
  inputs: { environment: { KALISI_CONTAINER: "kalisi", KALISI_PROCESSES: "4096" } },
};

type Declared = Parameters<typeof declareContainer>;

/** What the state holds of what the components declare. */
async function declare(settings?: Declared[1], options?: Declared[2]) {
  const network = new all.KalisiNetwork("network", {
    networkName: "kalisi-network",
    bridgeName: "kalisi-1a2b3c4d",
    labels: { "kalisi.stack": "mine" },
    subnet: "10.80.0.0/24",
  });
  const container = declareContainer(all, settings, { image: id, ...options });
  await all.settle(network.urn, container.urn);
  return all.registered.map(({ type, inputs }): StateResource => ({ type, inputs }));
}

test("a Compose file has all that the program declares of the container", async () => {
  const declared = await declare(
    { autoStart: true, resources: { memory: memory("3g"), cpus: 1.5 } },
    { labels: { "kalisi.stack": "mine", "kalisi.clone": "c" }, environment: { KALISI_X: "a$b" } },
  );
  expect(toCompose("mine", [...declared, image, limit])).toBe(readFileSync(golden, "utf8"));
});

test("an image that a registry has is named by its digest there, else by the stack's own tag", async () => {
  const declared = await declare();
  const imageIn = (...more: readonly StateResource[]) => {
    const { services } = parse(toCompose("mine", [...declared, ...more]) ?? "") as {
      readonly services: { readonly kalisi: Readonly<Record<string, unknown>> };
    };
    return [services.kalisi["image"], services.kalisi["pull_policy"]];
  };
  const digest = `ghcr.io/me/kalisi@${id}`;
  expect(imageIn(image)).toStrictEqual(["kalisi/all-in-one:mine", "never"]);
  const published = { ...image, outputs: { repoDigest: digest } };
  expect(imageIn(image, published)).toStrictEqual([digest, undefined]);
  const pulled = { type: "docker:index/remoteImage:RemoteImage", outputs: { repoDigest: digest } };
  expect(imageIn(pulled)).toStrictEqual([digest, undefined]);
});

test("services that wait for start.sh have its line at the top", async () => {
  const declared = await declare();
  expect(toCompose("mine", declared)).toContain(
    "#   docker exec --user kalisi kalisi /workspace/start.sh --daemon\n",
  );
});

test("without a container there is nothing to write", () => {
  expect(toCompose("mine", [image])).toBeUndefined();
});
