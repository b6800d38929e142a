import { homedir } from "node:os";
import type { DeclaredResource, PolicyConfig } from "../../policy/evaluate";
import { policies } from "../../policy/policies";
import { broadBinds } from "../../policy/policies/mounts";
import { aCommand, aContainer, anImage, aVolume, said } from "../support/policy-stack";
import { careless } from "../support/refused/careless";
import { exposing } from "../support/refused/exposing";
import { secrets } from "../support/refused/secrets";

const passing: readonly (readonly [string, DeclaredResource])[] = [
  ["a container as the stack declares it", aContainer()],
  ["an image as the stack declares it", anImage()],
  ["a volume that is kept", aVolume(true)],
  ["a command with the Engine's address", aCommand({ DOCKER_HOST: "unix:///d.sock" })],
  ["a port on the IPv6 loopback", aContainer({ ports: [{ internal: 1, external: 2, ip: "::1" }] })],
  ["no port at all", aContainer({ ports: undefined })],
  ["a folder inside the home", aContainer({ volumes: [{ hostPath: `${homedir()}/kalisi/conf` }] })],
  ["a file below /etc", aContainer({ volumes: [{ hostPath: "/etc/ssl/certs/company.pem" }] })],
  ["a path that only begins like a folder", aContainer({ volumes: [{ hostPath: "/devel/a" }] })],
  ["a health check by the shell", aContainer({ healthcheck: { tests: ["CMD-SHELL", "true"] } })],
  [
    "capabilities without their prefix",
    aContainer({ capabilities: { drops: ["all"], adds: ["KILL"] } }),
  ],
  ["30 seconds to stop", aContainer({ stopTimeout: 30, destroyGraceSeconds: 30 })],
  ["where a secret is", aContainer({ envs: ["NEO4J_PASSWORD_FILE=/run/p", "TOKEN_URL=http://t"] })],
  ["a secret's name without a value", aContainer({ envs: ["API_TOKEN="] })],
  ["an address with a user alone", anImage({ APT_PROXY: "http://me@proxy.example" })],
  ["another network of its own", aContainer({ networkMode: "bridge" })],
  ["a named volume by mounts", aContainer({ mounts: [{ type: "volume", source: "/dev" }] })],
];

test.each(passing)("%s passes", async (_, resource) => {
  expect(await said(resource)).toStrictEqual([]);
});

const broken = [...exposing, ...careless, ...secrets];

test.each(broken)("%s: %s is refused", async (policy, _, part, resource) => {
  const violations = await said(resource);
  expect(violations).toStrictEqual([[policy, "mandatory", expect.stringContaining(part)]]);
  expect(JSON.stringify(violations)).not.toContain("canary");
});

test("a home is found wherever it is, and what holds it", () => {
  const bind = (hostPath: string) => broadBinds({ volumes: [{ hostPath }] }, "/data/people/me");
  expect(
    ["/data/people/me", "/data/people", "/data"].map((path) => bind(path).length),
  ).toStrictEqual([1, 1, 1]);
  expect(bind("/data/people/you")).toStrictEqual([]);
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
