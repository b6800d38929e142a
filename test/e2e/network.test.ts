import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type Docker from "dockerode";
import { docker } from "../support/e2e/probe";
import type { Session } from "../support/e2e/session";
import { startTinyStack } from "../support/e2e/tiny-image";
import { story } from "../support/story";

// The stack's own network, and what an update that was killed has left on the Engine.
const minutes = 60_000;
jest.setTimeout(3 * minutes);

const step = story(3 * minutes);

let user: Session;
let stack: Session["stack"];

beforeAll(async () => {
  user = await startTinyStack("network");
  ({ stack } = user);
}, 20 * minutes);

afterAll(() => user.end());

async function networks(): Promise<readonly Docker.NetworkInspectInfo[]> {
  const found = await docker.listNetworks();
  return found.filter(({ Name }) => Name === stack.names.network);
}

const run = (verb: string, options = "") =>
  user.sh(`npm run --silent ${verb} -- --stack ${stack.name} ${options}`);

/** What depends on the container. */
const onContainer = ["limit-set", "ssh-keys-authorize", "build-network-set", "health-wait"];

/** As if Pulumi had been killed before it could record what the Engine has made. */
async function forget(...names: readonly string[]): Promise<void> {
  const exported = await user.plain("stack export");
  const state = JSON.parse(exported.output) as {
    deployment: { resources: { urn: string }[] };
  };
  const { resources } = state.deployment;
  state.deployment.resources = resources.filter(
    ({ urn }) => !names.some((name) => urn.endsWith(`::${name}`)),
  );
  const file = join(user.clone.path, "..", "forgotten.json");
  writeFileSync(file, JSON.stringify(state));
  expect(await user.plain(`stack import --file '${file}'`)).toMatchObject({ code: 0 });
}

describe("the stack's network", () => {
  step("lets no container on it reach another, and has the container alone", async () => {
    const [network, ...others] = await networks();
    expect(others).toStrictEqual([]);
    expect(network).toMatchObject({
      Driver: "bridge",
      EnableIPv6: false,
      Options: {
        "com.docker.network.bridge.enable_icc": "false",
        "com.docker.network.bridge.name": expect.stringMatching(/^kalisi-[0-9a-f]{8}$/) as string,
      },
      Labels: { "kalisi.stack": stack.name },
    });
    const { NetworkSettings, HostConfig } = await user.inspect();
    expect(HostConfig.NetworkMode).toBe(network?.Id);
    expect(Object.keys(NetworkSettings.Networks)).toStrictEqual([stack.names.network]);
  });

  step("has no address of IPv6", async () => {
    expect(await user.inside("cat", "/proc/net/if_inet6")).not.toMatch(/eth/);
  });

  step("is made anew with its container after somebody has removed both", async () => {
    await docker.getContainer(stack.names.container).remove({ force: true });
    await docker.getNetwork(stack.names.network).remove();
    expect(await user.up()).toMatchObject({ code: 0 });
    expect(await user.up("--expect-no-changes")).toMatchObject({ code: 0 });
  });

  step("gets the range that is asked for, with one replacement", async () => {
    const before = await user.inspect();
    await user.set({ "kalisi:network.subnet": "10.213.7.0/28" });
    expect(await user.up()).toMatchObject({ code: 0 });
    expect(await networks()).toMatchObject([{ IPAM: { Config: [{ Subnet: "10.213.7.0/28" }] } }]);
    expect((await user.inspect()).Id).not.toBe(before.Id);
    expect(await user.up("--expect-no-changes")).toMatchObject({ code: 0 });
  });

  step("is refused where the range is taken, and nothing is changed", async () => {
    const before = await user.inspect();
    const other = await docker.createNetwork({
      Name: `${stack.names.network}-other`,
      IPAM: { Config: [{ Subnet: "10.213.8.0/24" }], Driver: "default" },
    });
    try {
      await user.set({ "kalisi:network.subnet": "10.213.8.16/28" });
      const { code, output } = await user.up();
      expect(code).not.toBe(0);
      expect(output).toContain(`has addresses of the network ${stack.names.network}-other`);
      expect(output).toContain("pulumi config rm --path 'kalisi:network.subnet'");
    } finally {
      await other.remove();
    }
    expect(await user.inspect()).toMatchObject({ Id: before.Id, State: { Running: true } });
    await user.set({ "kalisi:network.subnet": "10.213.7.0/28" });
  });
});

describe("what an update that was killed has left", () => {
  step("is replaced by npm start: container and network, with the volumes kept", async () => {
    await user.inside("sh", "-c", "echo kept > /home/kalisi/mark");
    const before = await user.inspect();
    await forget("network-bridge", "container-run", ...onContainer);
    const { code, output } = await run("start");
    expect(output).toContain(`The container ${stack.names.container} is of an update`);
    expect(code).toBe(0);
    expect((await user.inspect()).Id).not.toBe(before.Id);
    expect(await networks()).toHaveLength(1);
    expect(await user.inside("cat", "/home/kalisi/mark")).toBe("kept");
  });

  step("is replaced by plain Pulumi, too", async () => {
    await forget("network-bridge", "container-run", ...onContainer);
    expect(await user.up()).toMatchObject({ code: 0 });
    expect(await user.up("--expect-no-changes")).toMatchObject({ code: 0 });
    expect(await networks()).toHaveLength(1);
  });

  step("goes with npm stop", async () => {
    await forget("network-bridge", "container-run", ...onContainer);
    expect(await run("stop")).toMatchObject({ code: 0 });
    expect(await networks()).toStrictEqual([]);
    await expect(user.inspect()).rejects.toThrow(/no such container/i);
  });
});

describe("a network of somebody else's that has the name", () => {
  let foreign: Docker.Network;

  step("is refused by every road, and stays", async () => {
    foreign = await docker.createNetwork({ Name: stack.names.network });
    const said = `docker network rm ${foreign.id.slice(0, 12)}`;
    for (const refused of [await run("start"), await user.up(), await run("preview")]) {
      expect(refused.code).not.toBe(0);
      expect(refused.output).toContain(said);
    }
    await expect(user.inspect()).rejects.toThrow(/no such container/i);
  });

  step("is not removed by wipe", async () => {
    expect(await run("wipe", `--confirm ${stack.name}`)).toMatchObject({ code: 0 });
    expect(await networks()).toMatchObject([{ Id: foreign.id }]);
    await foreign.remove();
  });
});
