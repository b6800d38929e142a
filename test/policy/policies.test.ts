import { homedir } from "node:os";
import type { DeclaredResource, PolicyConfig } from "../../policy/evaluate";
import { policies } from "../../policy/policies";
import { broadBinds } from "../../policy/policies/mounts";
import { aCommand, aContainer, anImage, aVolume, said } from "../support/policy-stack";

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

const broken: readonly (readonly [string, string, string, DeclaredResource])[] = [
  [
    "ports-on-loopback",
    "a port without an address",
    "0.0.0.0:8443",
    aContainer({ ports: [{ internal: 1, external: 8443 }] }),
  ],
  [
    "ports-on-loopback",
    "a port on every address",
    "0.0.0.0:2",
    aContainer({ ports: [{ internal: 1, external: 2, ip: "0.0.0.0" }] }),
  ],
  [
    "ports-on-loopback",
    "the second of two ports",
    "10.0.0.1:3",
    aContainer({
      ports: [
        { internal: 1, external: 2, ip: "127.0.0.1" },
        { internal: 1, external: 3, ip: "10.0.0.1" },
      ],
    }),
  ],
  [
    "ports-on-loopback",
    "a port that the Engine chooses",
    "any port",
    aContainer({ ports: [{ internal: 1 }] }),
  ],
  ["ports-on-loopback", "all ports", "publishAllPorts", aContainer({ publishAllPorts: true })],
  ["not-privileged", "a privileged container", "privileged", aContainer({ privileged: true })],
  [
    "not-privileged",
    "no seccomp",
    "seccomp=unconfined",
    aContainer({ securityOpts: ["seccomp=unconfined"] }),
  ],
  [
    "not-privileged",
    "no SELinux label",
    "label:disable",
    aContainer({ securityOpts: ["label:disable"] }),
  ],
  ["not-privileged", "a device", "/dev/kvm", aContainer({ devices: [{ hostPath: "/dev/kvm" }] })],
  ["no-host-namespaces", "the host's network", "networkMode", aContainer({ networkMode: "host" })],
  ["no-host-namespaces", "the host's processes", "pidMode", aContainer({ pidMode: "host" })],
  ["no-host-namespaces", "the host's shared memory", "ipcMode", aContainer({ ipcMode: "host" })],
  ["no-host-namespaces", "the host's users", "usernsMode", aContainer({ usernsMode: "host" })],
  [
    "no-host-namespaces",
    "the host's control groups",
    "cgroupnsMode",
    aContainer({ cgroupnsMode: "host" }),
  ],
  [
    "capabilities-within-allowed",
    "Docker's default capabilities",
    "not dropped",
    aContainer({ capabilities: undefined }),
  ],
  [
    "capabilities-within-allowed",
    "some dropped",
    "not dropped",
    aContainer({ capabilities: { drops: ["CAP_MKNOD"] } }),
  ],
  [
    "capabilities-within-allowed",
    "one too many",
    "CAP_SYS_ADMIN",
    aContainer({ capabilities: { drops: ["ALL"], adds: ["CAP_SYS_ADMIN"] } }),
  ],
  [
    "capabilities-within-allowed",
    "all of them",
    "ALL is not",
    aContainer({ capabilities: { drops: ["ALL"], adds: ["ALL"] } }),
  ],
  [
    "no-engine-socket",
    "the Engine's socket",
    "/var/run/docker.sock",
    aContainer({ volumes: [{ hostPath: "/var/run/docker.sock" }] }),
  ],
  [
    "no-engine-socket",
    "a user's own Engine's",
    "docker.sock",
    aContainer({ volumes: [{ hostPath: "/run/user/1000/docker.sock" }] }),
  ],
  [
    "no-engine-socket",
    "by mounts",
    "podman.sock",
    aContainer({ mounts: [{ type: "bind", source: "/run/podman/podman.sock" }] }),
  ],
  [
    "no-engine-socket",
    "under a detour",
    "/var/run/docker.sock",
    aContainer({ volumes: [{ hostPath: "/var/../var/run//docker.sock" }] }),
  ],
  ["no-broad-binds", "the root", "/ of this machine", aContainer({ volumes: [{ hostPath: "/" }] })],
  [
    "no-broad-binds",
    "the user's home",
    homedir(),
    aContainer({ volumes: [{ hostPath: `${homedir()}/` }] }),
  ],
  ["no-broad-binds", "all homes", "/home", aContainer({ volumes: [{ hostPath: "/home" }] })],
  [
    "no-broad-binds",
    "where the sockets are",
    "/var/run",
    aContainer({ volumes: [{ hostPath: "/var/run" }] }),
  ],
  [
    "no-broad-binds",
    "a part of the kernel's",
    "/proc/sys",
    aContainer({ mounts: [{ type: "bind", source: "/proc/sys" }] }),
  ],
  ["volumes-retained", "a volume that goes with the stack", "retainOnDelete", aVolume(false)],
  [
    "base-images-pinned",
    "a tag",
    "ubuntu:24.04@sha256:...",
    anImage({ BASE_IMAGE: "ubuntu:24.04" }),
  ],
  [
    "base-images-pinned",
    "a broken digest",
    "RUST_IMAGE",
    anImage({ RUST_IMAGE: "rust@sha256:12" }),
  ],
  [
    "no-secret-values",
    "a secret by its name",
    "NEO4J_PASSWORD",
    aContainer({ envs: ["NEO4J_PASSWORD=canary"] }),
  ],
  ["no-secret-values", "a build argument", "GIT_TOKEN", anImage({ GIT_TOKEN: "canary" })],
  [
    "no-secret-values",
    "a command's variable",
    "AWS_SECRET_ACCESS_KEY",
    aCommand({ AWS_SECRET_ACCESS_KEY: "canary" }),
  ],
  [
    "no-secret-values",
    "a private key by its value",
    "a private key",
    aContainer({ envs: ["NOTE=-----BEGIN OPENSSH PRIVATE KEY-----canary"] }),
  ],
  [
    "no-secret-values",
    "a GitHub token",
    "a GitHub token",
    anImage({ NOTE: `ghp_canary${"a".repeat(36)}` }),
  ],
  [
    "no-secret-values",
    "a fine-grained GitHub token",
    "a GitHub token",
    anImage({ NOTE: `github_pat_canary${"a".repeat(22)}` }),
  ],
  [
    "no-secret-values",
    "an AWS key",
    "an AWS access key",
    aCommand({ NOTE: "AKIAIOSFODNN7EXAMPLE" }),
  ],
  ["no-secret-values", "an npm token", "an npm token", anImage({ NOTE: `npm_${"a".repeat(36)}` })],
  ["no-secret-values", "a Slack token", "a Slack token", anImage({ NOTE: "xoxb-canary1234567" })],
  ["no-secret-values", "an API key", "an API key", anImage({ NOTE: "sk-canary-0123456789abcdef" })],
  [
    "no-secret-values",
    "a signed token",
    "a signed token",
    anImage({ NOTE: "eyJhbGciOiJI.eyJzdWIiOiIx.canary" }),
  ],
  [
    "no-secret-values",
    "an address with a password",
    "an address with a password",
    anImage({ NPM_REGISTRY: "http://me:canary@n.example" }),
  ],
  [
    "no-secret-values",
    "a label",
    "Label",
    aContainer({ labels: [{ label: "session_secret", value: "canary" }] }),
  ],
  [
    "health-check-present",
    "no health check",
    "no health check",
    aContainer({ healthcheck: undefined }),
  ],
  [
    "health-check-present",
    "one switched off",
    "no health check",
    aContainer({ healthcheck: { tests: ["NONE"] } }),
  ],
  [
    "health-check-present",
    "a word for none",
    "no health check",
    aContainer({ healthcheck: { tests: ["NONE", "x"] } }),
  ],
  [
    "health-check-present",
    "an empty one",
    "no health check",
    aContainer({ healthcheck: { tests: ["CMD"] } }),
  ],
  [
    "stop-grace-present",
    "a kill at each stop",
    "stopTimeout is 10",
    aContainer({ stopTimeout: 10 }),
  ],
  [
    "stop-grace-present",
    "a kill at each replacement",
    "destroyGraceSeconds is not set",
    aContainer({ destroyGraceSeconds: undefined }),
  ],
];

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
