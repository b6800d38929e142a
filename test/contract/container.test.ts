import { text } from "../../airgap/plugins/values";
import { Containers, containerType as type } from "../support/contract/container";
import { found, newName } from "../support/contract/docker";
import { plain, type Recorded } from "../support/contract/recorded";
import { docker } from "../support/e2e/probe";

let containers: Containers;

beforeAll(async () => {
  containers = await Containers.start();
});

afterAll(() => containers.stop());

const inspect = ({ id }: Recorded) => docker.getContainer(id).inspect();

test("a container is made as it was asked for, and runs", async () => {
  const { made, inputs } = await containers.makeWhole();
  expect(plain(made.inputs)).toMatchObject(inputs);
  expect(plain(made.state)).toMatchObject({ name: inputs["name"], image: inputs["image"] });
  const { Id, Name, State, Config, HostConfig, Mounts } = await inspect(made);
  expect({ Id, Name }).toStrictEqual({ Id: made.id, Name: `/${text(inputs["name"]) ?? ""}` });
  expect(State.Running).toBe(true);
  expect(Config).toMatchObject({
    Image: inputs["image"],
    Entrypoint: inputs["entrypoints"],
    Env: expect.arrayContaining(["A=1", "B=2"]) as string[],
    Labels: { a: "1", b: "2" },
    StopSignal: "SIGTERM",
    StopTimeout: 90,
    Healthcheck: {
      Test: ["CMD", "true"],
      Interval: 90e9,
      Timeout: 40e9,
      StartPeriod: 300e9,
      Retries: 3,
    },
  });
  expect(HostConfig).toMatchObject({
    NetworkMode: "bridge",
    RestartPolicy: { Name: "unless-stopped" },
    CapAdd: ["CAP_CHOWN", "CAP_KILL"],
    CapDrop: ["ALL"],
    SecurityOpt: ["no-new-privileges:true"],
    Ulimits: [{ Name: "core", Soft: 0, Hard: 0 }],
    Memory: 64 * 2 ** 20,
    MemorySwap: 64 * 2 ** 20,
    NanoCpus: 0.5e9,
    LogConfig: { Type: "json-file", Config: { "max-file": "3", "max-size": "10m" } },
    PortBindings: {
      "22/tcp": [{ HostIp: "127.0.0.1" }],
      "8443/tcp": [{ HostIp: "127.0.0.1" }],
    },
  });
  expect(Mounts.map(({ Type, Destination, RW }) => ({ Type, Destination, RW }))).toEqual(
    expect.arrayContaining([
      { Type: "volume", Destination: "/data", RW: true },
      { Type: "bind", Destination: "/etc/kept", RW: false },
    ]),
  );
});

test("what changes in place is changed on the container that runs", async () => {
  const made = await containers.make({ restart: "no", memory: 64, memorySwap: 64 });
  const news = { ...made.inputs, restart: "always", memory: 32, memorySwap: 48 };
  const updated = await containers.plugin.update(made, news);
  const { Id, State, HostConfig } = await inspect(made);
  expect({ Id, running: State.Running }).toStrictEqual({ Id: made.id, running: true });
  expect(HostConfig).toMatchObject({
    RestartPolicy: { Name: "always" },
    Memory: 32 * 2 ** 20,
    MemorySwap: 48 * 2 ** 20,
  });
  expect(plain(updated.state)).toMatchObject({ restart: "always", memory: 32, memorySwap: 48 });
  expect(await containers.differences(updated)).toStrictEqual({});
});

// The component's `replaceOnChanges` makes these a replacement.
test("another health check or mount only changes what is recorded", async () => {
  const mount = (source: string) => ({ type: "bind", source, target: "/a", readOnly: true });
  const made = await containers.make({
    healthcheck: { tests: ["CMD", "true"], retries: 3 },
    mounts: [mount(__filename)],
  });
  const edit = { healthcheck: { tests: ["CMD", "true"], retries: 4 }, mounts: [mount(__dirname)] };
  const updated = await containers.plugin.update(made, { ...made.inputs, ...edit });
  expect(plain(updated.state)).toMatchObject(edit);
  const { Config, Mounts } = await inspect(made);
  expect(Config.Healthcheck).toMatchObject({ Retries: 3 });
  expect(Mounts).toMatchObject([{ Source: __filename }]);
});

test("a preview neither makes nor changes one", async () => {
  const made = await containers.make({ restart: "no" });
  const name = newName();
  const planned = await containers.plugin.create(type, { ...made.inputs, name }, true);
  const defaults = { mustRun: true, networkMode: "bridge", restart: "no" };
  expect(plain(planned.state)).toMatchObject({ name, ...defaults });
  expect(await found(docker.getContainer(name).inspect())).toBeUndefined();
  await containers.plugin.update(made, { ...made.inputs, restart: "always" }, true);
  expect((await inspect(made)).HostConfig.RestartPolicy?.Name).toBe("no");
});

test("one of an image that is not there fails", async () => {
  const image = `sha256:${"0".repeat(64)}`;
  await expect(containers.make({ image })).rejects.toMatchObject({
    details: expect.stringContaining(`Unable to create container with image ${image}`) as string,
  });
});

test("one that does not start is recorded, and replaced by the next update", async () => {
  const made = await containers.make({ entrypoints: ["/no/such/program"] });
  expect(made.failures).toStrictEqual([expect.stringContaining("Unable to start container")]);
  expect(made.id).toBe((await inspect(made)).Id);
  expect(Object.values(await containers.differences(made))).toContainEqual(
    expect.stringMatching(/_replace$/),
  );
});
