import { seconds } from "../../../config/settings/units";
import { byType, useComponents } from "../../support/components";
import { modes } from "../../support/record-anew";

describe.each(modes)("in %s mode", (_, preview) => {
  const all = useComponents(preview);

  test("keys go to the container by stdin, exactly those given", async () => {
    const keys = new all.SshKeys("ssh-keys", {
      containerId: "id",
      containerName: "kalisi",
      dockerHost: "unix:///d.sock",
      keys: [
        { line: "ssh-ed25519 AAAA one", fingerprint: "SHA256:1" },
        { line: "ssh-ed25519 BBBB two", fingerprint: "SHA256:2" },
      ],
    });
    await all.settle(keys.urn);
    expect(keys.fingerprints).toStrictEqual(["SHA256:1", "SHA256:2"]);
    expect(byType(all.registered, "command:local:Command")).toStrictEqual([
      {
        type: "command:local:Command",
        name: "ssh-keys-authorize",
        inputs: {
          create: "node --require ./compile.cjs components/commands/set-authorized-keys.ts",
          environment: { DOCKER_HOST: "unix:///d.sock", KALISI_CONTAINER: "kalisi" },
          stdin: "ssh-ed25519 AAAA one\nssh-ed25519 BBBB two\n",
          triggers: ["id"],
        },
      },
    ]);
  });

  test("builds in a container get what the image's build had of the network, and a new container again", async () => {
    const network = {
      certificates: "PEM",
      mirrors: { cargo: undefined, npm: "https://npm.example.com" },
      proxies: { HTTPS_PROXY: "http://proxy:3128" },
    };
    const { urn } = new all.BuildNetwork("build-network", {
      containerId: "id",
      containerName: "kalisi",
      dockerHost: "unix:///d.sock",
      ...network,
    });
    await all.settle(urn);
    expect(byType(all.registered, "command:local:Command")).toMatchObject([
      { name: "build-network-set", inputs: { stdin: JSON.stringify(network), triggers: ["id"] } },
    ]);
  });

  test("the health gate asks again for each new container, and each time it is told to", async () => {
    const gate = (name: string, asked: number) =>
      new all.HealthGate(name, {
        containerId: "id",
        containerName: "kalisi",
        dockerHost: "unix:///d.sock",
        timeoutSeconds: seconds(300),
        asked,
      });
    await all.settle(gate("first", 0).urn, gate("again", 2).urn);
    expect(byType(all.registered, "command:local:Command")).toMatchObject([
      { name: "first-wait", inputs: { triggers: ["id"] } },
      { name: "again-wait", inputs: { triggers: ["id", 2] } },
    ]);
  });

  test("neo4j.conf is where Neo4j reads it, and its digest follows its content", async () => {
    const declare = (content: string) =>
      new all.Neo4jConfig(`neo4j-${content}`, { conf: { path: "/c/neo4j.conf", content } });
    const [one, other] = [declare("a"), declare("b")];
    await all.settle(one.urn, other.urn);
    expect(one.file).toMatchObject({
      path: "/c/neo4j.conf",
      containerPath: "/etc/neo4j/neo4j.conf",
    });
    expect(one.file.digest).not.toBe(other.file.digest);
  });
});
