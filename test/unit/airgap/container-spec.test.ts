import { createOptions } from "../../../airgap/plugins/docker/container-spec";
import { duration } from "../../../airgap/plugins/docker/container-table";

test("what the Engine is asked for", () => {
  const options = createOptions({
    name: "kalisi",
    image: "sha256:1",
    envs: ["A=1"],
    ports: [{ internal: 8443, external: 8443, ip: "127.0.0.1", protocol: "tcp" }],
    volumes: [{ volumeName: "data", containerPath: "/data" }],
    mounts: [{ type: "bind", source: "/a", target: "/b", readOnly: true }],
    ulimits: [{ name: "core", soft: 0, hard: 0 }],
    capabilities: { drops: ["ALL"], adds: ["CAP_CHOWN"] },
    healthcheck: { tests: ["CMD", "true"], interval: "1m30s", timeout: "500ms", retries: 3 },
    memory: 512,
    memorySwap: -1,
    cpus: "1.5",
    stopTimeout: 90,
    networkMode: "network-id",
  });
  expect(options).toMatchObject({
    name: "kalisi",
    Image: "sha256:1",
    Env: ["A=1"],
    ExposedPorts: { "8443/tcp": {} },
    StopTimeout: 90,
    Healthcheck: {
      Test: ["CMD", "true"],
      Interval: 90e9,
      Timeout: 0.5e9,
      StartPeriod: 0,
      Retries: 3,
    },
    HostConfig: {
      Binds: ["data:/data:rw"],
      Mounts: [{ Type: "bind", Source: "/a", Target: "/b", ReadOnly: true }],
      Ulimits: [{ Name: "core", Soft: 0, Hard: 0 }],
      PortBindings: { "8443/tcp": [{ HostIp: "127.0.0.1", HostPort: "8443" }] },
      CapAdd: ["CAP_CHOWN"],
      CapDrop: ["ALL"],
      Memory: 512 * 1024 * 1024,
      MemorySwap: -1,
      NanoCpus: 1.5e9,
      NetworkMode: "network-id",
      Init: false,
    },
  });
});

test("what is not set is left to the image and the Engine", () => {
  const options = createOptions({ name: "a", image: "b" });
  for (const key of ["Cmd", "Entrypoint", "User", "WorkingDir", "Healthcheck", "StopSignal"]) {
    expect(options).not.toHaveProperty(key);
  }
});

test.each([
  ["90s", 90_000],
  ["1m30s", 90_000],
  ["1.5h", 5_400_000],
  ["250ms", 250],
  ["0s", 0],
  [undefined, 0],
])("the duration %s", (text, milliseconds) => {
  expect(duration(text)).toBe(milliseconds);
});
