import { symlinkSync } from "node:fs";
import { createServer } from "node:net";
import { homedir } from "node:os";
import { join } from "node:path";
import type { DeclaredResource } from "../../policy/evaluate";
import type { PolicyConfig } from "../../policy/read-config";
import { policies } from "../../policy/policies";
import { broadBinds } from "../../policy/policies/mounts";
import { useFolder } from "../support/files";
import { close } from "../support/listen";
import {
  aBind,
  aCommand,
  aContainer,
  anImage,
  aNetwork,
  aStatefulSet,
  aVolume,
  inCluster,
  notLookedFor,
  said,
} from "../support/policy-stack";
import { careless } from "../support/refused/careless";
import { exposing } from "../support/refused/exposing";
import { mounts } from "../support/refused/mounts";
import { pods } from "../support/refused/pods";
import { secrets } from "../support/refused/secrets";

const folder = useFolder();

const passing: readonly (readonly [string, DeclaredResource])[] = [
  ["a container as the stack declares it", aContainer()],
  ["an image as the stack declares it", anImage()],
  ["a volume that is kept", aVolume(true)],
  ["a command with the Engine's address", aCommand({ DOCKER_HOST: "unix:///d.sock" })],
  ["a port on the IPv6 loopback", aContainer({ ports: [{ internal: 1, external: 2, ip: "::1" }] })],
  ["no port at all", aContainer({ ports: undefined })],
  ["a file below /etc", aBind("/etc/passwd")],
  ["no bind at all", aContainer({ mounts: undefined })],
  ["a health check by the shell", aContainer({ healthcheck: { tests: ["CMD-SHELL", "true"] } })],
  [
    "capabilities without their prefix",
    aContainer({ capabilities: { drops: ["all"], adds: ["KILL"] } }),
  ],
  ["30 seconds to stop", aContainer({ stopTimeout: 30, destroyGraceSeconds: 30 })],
  ["where a secret is", aContainer({ envs: ["NEO4J_PASSWORD_FILE=/run/p", "TOKEN_URL=http://t"] })],
  ["a secret's name without a value", aContainer({ envs: ["API_TOKEN="] })],
  ["an address with a user alone", anImage({ APT_PROXY: "http://me@proxy.example" })],
  ["a network as the stack declares it", aNetwork()],
  ["no network at all", aContainer({ networkMode: "none" })],
  ["a named volume by mounts", aContainer({ mounts: [{ type: "volume", source: "/dev" }] })],
  ["an unset path beside a volume", aContainer({ volumes: [{ volumeName: "a", hostPath: "" }] })],
  ["no new privileges, spelt short", aContainer({ securityOpts: ["no-new-privileges"] })],
  [
    "what sudo needs, where it is on",
    aContainer({
      securityOpts: undefined,
      envs: ["KALISI_SUDO=true"],
      capabilities: { drops: ["ALL"], adds: ["CAP_FOWNER"] },
    }),
  ],
  [
    "a network of its own by its name",
    aContainer({ networkMode: undefined, networksAdvanced: [{ name: "kalisi" }] }),
  ],
  ["a pod as the stack declares it", aStatefulSet()],
  [
    "a pod in which somebody may become root",
    aStatefulSet(
      {},
      {
        env: [{ name: "KALISI_SUDO", value: "true" }],
        securityContext: {
          allowPrivilegeEscalation: true,
          capabilities: { drop: ["ALL"], add: ["FOWNER"] },
        },
      },
    ),
  ],
  ["a claim that is kept", inCluster("core/v1:PersistentVolumeClaim")],
  [
    "keys that may log in",
    inCluster("core/v1:ConfigMap", { data: { kalisi: "ssh-ed25519 AAAA" } }),
  ],
  ["no device at all", aContainer({ devices: [], deviceRequests: [], gpus: "" })],
  ["the Engine's own driver, spelt out", aVolume(true, { driver: "local", driverOpts: {} })],
  ["a limit of a volume's size", aVolume(true, { driverOpts: { size: "10G" } })],
];

test.each(passing)("%s passes", async (_, resource) => {
  expect(await said(resource)).toStrictEqual([]);
});

test.each([
  ["a folder inside the home", `${homedir()}/kalisi/conf`],
  ["a path that only begins like a folder", "/devel/a"],
])("%s passes, wherever it is", async (_, path) => {
  expect(await said(aBind(path), notLookedFor)).toStrictEqual([]);
});

const broken = [...exposing, ...mounts, ...careless, ...secrets, ...pods].map(
  ([policy, wrong, part, resource, config = {}]) =>
    [policy, wrong, part, resource, config] as const,
);

test.each(broken)("%s: %s is refused", async (policy, _, part, resource, config) => {
  const violations = await said(resource, config);
  expect(violations).toStrictEqual([[policy, "mandatory", expect.stringContaining(part)]]);
  expect(JSON.stringify(violations)).not.toContain("canary");
});

test("a home is found wherever it is, and what holds it", () => {
  const bind = (source: string) =>
    broadBinds({ mounts: [{ type: "bind", source }] }, "/data/people/me");
  expect(
    ["/data/people/me", "/data/people", "/data"].map((path) => bind(path).length),
  ).toStrictEqual([1, 1, 1]);
  expect(bind("/data/people/you")).toStrictEqual([]);
});

test("what a link leads to is what is mounted", async () => {
  const [engine, whole] = [join(folder, "engine"), join(folder, "whole")];
  symlinkSync("/nonexistent/docker.sock", engine);
  symlinkSync("/usr", whole);
  expect(await said(aBind(whole))).toStrictEqual([
    ["no-broad-binds", "mandatory", expect.stringContaining(`${whole} (/usr) of this machine`)],
  ]);
  expect(await said(aBind(engine))).toStrictEqual([
    ["bind-sources-exist", "mandatory", expect.stringContaining(engine)],
  ]);
});

test("a socket is refused, whatever its name is", async () => {
  const path = join(folder, "plain");
  const server = createServer();
  await new Promise<void>((done) => server.listen(path, done));
  try {
    expect(await said(aBind(path))).toStrictEqual([
      ["no-engine-socket", "mandatory", expect.stringContaining(`${path} is a socket`)],
    ]);
  } finally {
    await close(server);
  }
});

test("every policy is seen both ways", () => {
  expect(new Set([...broken.map(([policy]) => policy), "local-base-images-named"])).toStrictEqual(
    new Set(policies.map(({ name }) => name)),
  );
});

test("a base image that was made on this machine is told, not refused", async () => {
  expect(await said(anImage({ BASE_IMAGE: "kalisi/debian:trixie" }))).toStrictEqual([
    ["local-base-images-named", "advisory", expect.stringContaining("kalisi/debian:trixie")],
  ]);
});

const exposed = aContainer({ ports: [{ internal: 1, external: 8443, ip: "0.0.0.0" }] });
const bold = aContainer({ capabilities: { drops: ["ALL"], adds: ["CAP_NET_BIND_SERVICE"] } });
const misnamed = aContainer({ envs: ["TOKENIZER=bpe"] });

test.each<readonly [string, DeclaredResource, PolicyConfig]>([
  ["an exposed port", exposed, { "ports-on-loopback": { exposedPorts: [8443] } }],
  ["a capability", bold, { "capabilities-within-allowed": { allowed: ["NET_BIND_SERVICE"] } }],
  ["a name", misnamed, { "no-secret-values": { allowedNames: ["TOKENIZER"] } }],
])("%s is allowed by configuration, and only so", async (_, resource, config) => {
  expect(await said(resource, config)).toStrictEqual([]);
  expect(await said(resource)).toHaveLength(1);
});

test.each<readonly [string, PolicyConfig, readonly string[]]>([
  ["disabled", { "ports-on-loopback": { enforcementLevel: "disabled" } }, []],
  ["advisory", { "ports-on-loopback": { enforcementLevel: "advisory" } }, ["advisory"]],
  ["advisory for all", { all: { enforcementLevel: "advisory" } }, ["advisory"]],
  ["remediate", { "ports-on-loopback": { enforcementLevel: "remediate" } }, ["mandatory"]],
  [
    "mandatory, though all are disabled",
    {
      all: { enforcementLevel: "disabled" },
      "ports-on-loopback": { enforcementLevel: "mandatory" },
    },
    ["mandatory"],
  ],
])("configuration may say how strict a policy is: %s", async (_, config, levels) => {
  expect((await said(exposed, config)).map(([, level]) => level)).toStrictEqual(levels);
});

test("an allowed name does not let a secret's value pass", async () => {
  const resource = aContainer({ envs: ["TOKENIZER=http://a:b@c.example"] });
  const config = { "no-secret-values": { allowedNames: ["TOKENIZER"] } };
  expect(await said(resource, config)).toHaveLength(1);
});

test("what a preview does not know is told, and passes no check", async () => {
  const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  expect(await said(aContainer({ stopTimeout: unknown, image: unknown }))).toStrictEqual([
    ["stop-grace-present", "advisory", expect.stringContaining("does not know stopTimeout")],
  ]);
});

test("what is known is refused beside what is not", async () => {
  const networkMode = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";
  expect(await said(aContainer({ pidMode: "host", networkMode }))).toStrictEqual([
    ["no-host-namespaces", "advisory", expect.stringContaining("does not know networkMode")],
    ["no-host-namespaces", "mandatory", expect.stringContaining("pidMode")],
    ["network-of-its-own", "advisory", expect.stringContaining("does not know networkMode")],
  ]);
});
