import { docker, accepts } from "../support/e2e/probe";
import { publishedPorts } from "../support/e2e/addresses";
import type { Session } from "../support/e2e/session";
import { Neighbour } from "../support/security/neighbour";

/** Every port that something in the container listens on. */
const ports = [22, 3000, 6379, 7474, 7687, 8081, 8443];

/** Declares the tests of who reaches what of a stack that is up. */
export function testNetwork(session: () => Session): void {
  let user: Session;
  let address: string;

  beforeAll(async () => {
    user = session();
    const { NetworkSettings } = await user.inspect();
    address = NetworkSettings.Networks[user.stack.names.network]?.IPAddress ?? "no address";
  });

  /** What a container reaches that is started on a network for it. */
  async function reachedFrom(network: string): Promise<readonly number[]> {
    const { Image } = await user.inspect();
    const neighbour = await Neighbour.start(Image, network);
    try {
      return await neighbour.reaches(address, ports);
    } finally {
      await neighbour.remove();
    }
  }

  test("inside, all of these answer on the loopback", async () => {
    const listening = await user.inside("netstat", "-ltn");
    for (const port of ports) expect(listening).toMatch(new RegExp(`:${port} `));
  });

  test("only SSH and HTTPS are published, on this machine's loopback", async () => {
    const { gatewayPort, sshPort } = user.stack;
    expect(await publishedPorts(user)).toStrictEqual(
      [`127.0.0.1:${sshPort} -> 22/tcp`, `127.0.0.1:${gatewayPort} -> 8443/tcp`].sort(),
    );
  });

  test("a container on the Engine's default network reaches nothing", async () => {
    expect(await reachedFrom("bridge")).toStrictEqual([]);
  });

  test("a container on another network reaches nothing", async () => {
    const other = await docker.createNetwork({ Name: `${user.stack.names.network}-other` });
    try {
      expect(await reachedFrom(other.id)).toStrictEqual([]);
    } finally {
      await other.remove();
    }
  });

  test("nor does one that somebody puts on the stack's own network", async () => {
    expect(await reachedFrom(user.stack.names.network)).toStrictEqual([]);
  });

  test("a container reaches the gateway's address of the host no further", async () => {
    const { Image } = await user.inspect();
    const neighbour = await Neighbour.start(Image, "bridge");
    try {
      const { IPAM } = (await docker.getNetwork("bridge").inspect()) as {
        readonly IPAM: { readonly Config: readonly { readonly Gateway?: string }[] };
      };
      const host = IPAM.Config[0]?.Gateway ?? "";
      const published = [user.stack.gatewayPort, user.stack.sshPort];
      expect(await neighbour.reaches(host, published)).toStrictEqual([]);
    } finally {
      await neighbour.remove();
    }
  });

  test("by the container's own address this machine finds SSH and HTTPS alone", async () => {
    const found = await Promise.all(ports.map((port) => accepts(address, port)));
    expect(ports.filter((_, index) => found[index])).toStrictEqual([22, 8443]);
  });
}
