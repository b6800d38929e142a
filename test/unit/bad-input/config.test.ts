import { toldBy, useProject, type Given } from "../../support/project";

const project = useProject();

const keysOfItsOwn = "expected keys of its own, not a single value";
const imageName = "expected an image's name, such as ghcr.io/me/kalisi:latest";
const dockerName = "expected letters, digits, . _ and -, beginning with a letter or a digit";
const portNumber = "expected a port from 1 to 65535";
const size = "expected a whole number with its unit, such as 3g or 1536m";
const folder =
  "expected source or examples/source, or a folder in one of them: nothing else reaches the image's build";
const branch = "expected a branch's name, such as main";
const repository =
  "expected a repository's address, such as https://github.com/littleredshack/kalisi.git";
const endpoint =
  "expected an endpoint such as unix:///var/run/docker.sock, tcp://host:2376, tcp://[::1]:2376 or ssh://user@host";

const ports = (...pairs: readonly (readonly [number, number])[]) => ({
  ports: pairs.map(([internal, external]) => ({ internal, external })),
});

/** What is given, and all that is told. */
const cases: readonly (readonly [given: Given["config"], ...told: readonly string[]])[] = [
  // Keys
  [{ shs: {} }, "kalisi:shs: is not a known key; did you mean kalisi:ssh?"],
  [
    { "ssh.port": "2223" },
    "kalisi:ssh.port: is one key with a dot in its name, which nothing reads",
  ],
  [{ "kalsi:sudo": "true" }, "kalsi:sudo: nothing reads it; did you mean kalisi:sudo?"],
  [{ wholly: "1" }, "kalisi:wholly: is not a known key; docs/configuration.md lists them"],
  [
    { ssh: { prot: 1, "a b": 2 } },
    "kalisi:ssh.prot: is not a known key; did you mean kalisi:ssh.port?",
    'kalisi:ssh["a b"]: is not a known key; docs/configuration.md lists them',
  ],
  [
    { image: { mirrors: { aptproxy: "http://a" } } },
    "kalisi:image.mirrors.aptproxy: is not a known key; did you mean kalisi:image.mirrors.aptProxy?",
  ],
  [
    { names: { volumes: { neo: "x" } } },
    "kalisi:names.volumes.neo: is not a known key; did you mean kalisi:names.volumes.neo4j?",
  ],
  // A cluster
  [
    { target: "kubernetes" },
    "kalisi:kubernetes.context: is not set: kalisi:target is kubernetes, and the current context may be another one tomorrow",
    "kalisi:image.pull: must name an image by its digest: a cluster's nodes get it from a registry, and what a tag means can change",
  ],
  [
    {
      target: "kubernetes",
      kubernetes: { context: "c", requests: { memory: "4g" } },
      resources: { memory: "3g" },
      image: { pull: `registry/kalisi@sha256:${"0".repeat(64)}` },
    },
    "kalisi:kubernetes.requests.memory: is more than the pod may use: kalisi:resources.memory is 3072",
  ],
  [{ target: "swarm" }, "kalisi:target: expected docker or kubernetes"],
  [
    { kubernetes: { namespace: "Mine_1" } },
    "kalisi:kubernetes.namespace: expected small letters, digits and -, beginning and ending with a letter or a digit, 63 at most",
  ],
  // Values
  [{ ssh: "2222" }, `kalisi:ssh: ${keysOfItsOwn}`],
  [{ gateway: "8443," }, `kalisi:gateway: ${keysOfItsOwn}`],
  [{ neo4j: [] }, `kalisi:neo4j: ${keysOfItsOwn}`],
  [{ redis: null }, `kalisi:redis: ${keysOfItsOwn}`],
  [{ autoStart: "maybe" }, "kalisi:autoStart: expected true or false"],
  [{ sudo: "yes" }, "kalisi:sudo: expected true or false"],
  [{ source: { git: "no" } }, "kalisi:source.git: expected true or false"],
  [{ envFile: "envs/.env" }, "kalisi:envFile: cannot be read: no such file or directory"],
  [{ image: { from: { rust: "alpine" } } }, "kalisi:image.from.rust: expected official or debian"],
  [{ resources: { memory: "3" } }, `kalisi:resources.memory: ${size}`],
  [{ resources: { memory: 3 } }, "kalisi:resources.memory: expected a text"],
  [{ neo4j: { heap: "1.5g" } }, `kalisi:neo4j.heap: ${size}`],
  [{ redis: { memory: "-1m" } }, `kalisi:redis.memory: ${size}`],
  [
    { resources: { cpus: 0 } },
    "kalisi:resources.cpus: expected a number of processors above 0, such as 1.5",
  ],
  [
    { timeouts: { stopSeconds: 0 } },
    "kalisi:timeouts.stopSeconds: expected a whole number of seconds above 0",
  ],
  [
    { timeouts: { stopSeconds: 32 } },
    "kalisi:timeouts.stopSeconds: is too short: the services may take 30 s to stop one after the other (docker/rootfs/etc/kalisi/services.table), and the rest 3 s",
  ],
  [
    { timeouts: { healthySeconds: 1.5 } },
    "kalisi:timeouts.healthySeconds: expected a whole number of seconds above 0",
  ],
  // Shares of the memory
  [
    { resources: { memory: "2g" }, neo4j: { heap: "1g", pageCache: "1025m" } },
    "kalisi:neo4j.pageCache: is too much: Neo4j's heap 1024m (kalisi:neo4j.heap), its page cache 1025m (kalisi:neo4j.pageCache) make 2049m, and the container may use 2048m",
  ],
  // Ports
  [{ ssh: { port: 0 } }, `kalisi:ssh.port: ${portNumber}`],
  [{ ssh: { port: "2222; id" } }, `kalisi:ssh.port: ${portNumber}`],
  [{ gateway: { port: 65536 } }, `kalisi:gateway.port: ${portNumber}`],
  [{ gateway: { port: 8443.5 } }, `kalisi:gateway.port: ${portNumber}`],
  [{ gateway: { port: 2222 } }, "kalisi:ssh.port: is also kalisi:gateway.port"],
  [ports([7474, 8443]), "kalisi:ports[0].external: is also kalisi:gateway.port"],
  [ports([7474, 7474], [7687, 7474]), "kalisi:ports[1].external: is also kalisi:ports[0].external"],
  [ports([22, 2300]), "kalisi:ports[0].internal: is published by kalisi:ssh.port"],
  [ports([1, 2], [1, 3]), "kalisi:ports[1].internal: is published by kalisi:ports[0].internal"],
  [ports([7474, 70000]), `kalisi:ports[0].external: ${portNumber}`],
  [{ ports: [{ internal: 7474 }] }, `kalisi:ports[0].external: ${portNumber}`],
  [{ ports: ["7474:7474"] }, `kalisi:ports[0]: ${keysOfItsOwn}`],
  [{ ports: "7474" }, "kalisi:ports: expected a list"],
  // Names
  [{ names: { container: "-rf" } }, `kalisi:names.container: ${dockerName}`],
  [{ names: { container: "a b" } }, `kalisi:names.container: ${dockerName}`],
  [{ names: { volumes: { neo4j: "/var/lib" } } }, `kalisi:names.volumes.neo4j: ${dockerName}`],
  [{ names: { volumes: { redis: "a\nb" } } }, `kalisi:names.volumes.redis: ${dockerName}`],
  [
    { names: { volumes: { redis: "kalisi-neo4j" } } },
    "kalisi:names.volumes.redis: is also kalisi:names.volumes.neo4j",
  ],
  [{ image: { name: "Kalisi image" } }, `kalisi:image.name: ${imageName}`],
  [{ image: { name: "kalisi;id" } }, `kalisi:image.name: ${imageName}`],
  [{ image: { pull: "--all-tags" } }, `kalisi:image.pull: ${imageName}`],
  [{ image: { publish: { name: "$(id)" } } }, `kalisi:image.publish.name: ${imageName}`],
  [
    { image: { baseImages: { base: "debian\nRUN id" } } },
    `kalisi:image.baseImages.base: ${imageName}`,
  ],
  // Addresses
  [{ dockerHost: "localhost:2375" }, `kalisi:dockerHost: ${endpoint}`],
  [{ dockerHost: "/var/run/docker.sock" }, `kalisi:dockerHost: ${endpoint}`],
  [{ source: { repository: "--upload-pack=id" } }, `kalisi:source.repository: ${repository}`],
  [{ source: { repository: "ext::sh -c id" } }, `kalisi:source.repository: ${repository}`],
  [
    { source: { repository: "https://me:canary@github.com/me/kalisi.git" } },
    "kalisi:source.repository: must not hold a password: leave it to git's credential helper",
  ],
  [{ source: { ref: "--all" } }, `kalisi:source.ref: ${branch}`],
  [{ source: { ref: "a..b" } }, `kalisi:source.ref: ${branch}`],
  [{ source: { ref: "main\n" } }, `kalisi:source.ref: ${branch}`],
  [
    { image: { mirrors: { npm: "https://me:canary@mirror.example/" } } },
    "kalisi:image.mirrors.npm: must not hold a user or a password: it stays readable in the image's history",
  ],
  [
    { image: { mirrors: { maven: "https://mirror.example/$(id)" } } },
    "kalisi:image.mirrors.maven: must not hold quotes, spaces, $ or \\",
  ],
  [
    { image: { buildArgs: { "A B": "1" } } },
    'kalisi:image.buildArgs["A B"]: expected a build argument\'s name, such as NEO4J_VERSION',
  ],
  [
    { image: { buildArgs: { NPM_TOKEN: "canary" } } },
    "kalisi:image.buildArgs.NPM_TOKEN: looks like a secret, and a build argument stays readable in the image's history and in the state",
  ],
  // Source trees
  [{ source: { path: "/etc" } }, `kalisi:source.path: ${folder}`],
  [{ source: { path: "source/../.." } }, `kalisi:source.path: ${folder}`],
  [{ source: { path: "source tree" } }, `kalisi:source.path: ${folder}`],
  [{ source: { path: "examples/source" } }, "kalisi:source.path: there is no such folder"],
];

test.each(cases.map(([config, ...told]) => ({ config, told })))(
  "$config is refused",
  ({ config, told }) => {
    const error = project().refusal({ config: config ?? {} });
    expect(toldBy(error, project())).toStrictEqual(told);
    expect(error.message).not.toContain("canary");
    expect(error.problems.filter(({ fix }) => fix === "")).toStrictEqual([]);
  },
);

test("all that is wrong, in settings and in files, is told at once", () => {
  const error = project().refusal({
    config: { ssh: { port: 0 }, sudoo: "true" },
    env: { KALISI_AUTO_START: "maybe", AUTHORIZED_KEYS: "nonsense" },
    files: { "source/.env": "nonsense", "config/neo4j/neo4j.conf": "nonsense" },
  });
  const told = toldBy(error, project());
  for (const part of [
    /^kalisi:sudoo: /,
    /^KALISI_AUTO_START: /,
    /^kalisi:ssh\.port: /,
    /^source\/\.env, line 1: /,
    /^JWT_SECRET in source\/\.env: /,
    /neo4j\.conf, line 1: /,
    /^AUTHORIZED_KEYS, line 1: /,
  ]) {
    expect(told).toContainEqual(expect.stringMatching(part));
  }
  expect(error.message).toMatch(/^Nothing was changed: \d+ settings need attention\.\n/);
});
