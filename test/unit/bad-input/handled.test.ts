import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { goodEnv, goodKey, useProject } from "../../support/project";

const project = useProject();

/** Names that mean something to a shell, and nothing to a program that is handed them as they are. */
const awkward = [
  "a b",
  "it's",
  'a "quoted" name',
  "$(touch pwned)",
  "`touch pwned`",
  "a;touch pwned",
  "-rf",
  "*",
  "ä ö",
  "#1",
  "a&b|c>d",
];

test.each(awkward)(
  "files in a folder called %s are read, and mounted under that very path",
  (name) => {
    const loaded = project().load({
      config: {
        envFile: `${name}/.env`,
        neo4j: { conf: `${name}/neo4j.conf` },
        ssh: { keysFrom: `${name}/keys` },
      },
      files: {
        [`${name}/.env`]: goodEnv,
        [`${name}/neo4j.conf`]: "server.directories.data=/data/neo4j/data\n",
        [`${name}/keys`]: goodKey,
      },
    });
    expect(loaded.envFile.path).toBe(join(project().root, name, ".env"));
    expect(loaded.neo4j.conf.path).toBe(join(project().root, name, "neo4j.conf"));
    expect(loaded.ssh.keys.map(({ line }) => line)).toStrictEqual([goodKey]);
  },
);

test.each(["$(touch pwned)", "'; touch pwned; '", '"; touch pwned; "', "a\\"])(
  "a key's comment %j stays as it is",
  (comment) => {
    const line = `${goodKey} ${comment}`;
    expect(project().load({ env: { AUTHORIZED_KEYS: line } }).ssh.keys).toMatchObject([{ line }]);
  },
);

test("a terminal's own commands are shown, not sent to it", () => {
  const env = { AUTHORIZED_KEYS: `${goodKey} \u001b[31m`, KALISI_IMAGE: "\u001b[31mred\u009b" };
  const lines = project().refusal({ env }).message.split("\n");
  expect(lines.filter((line) => /\p{Cc}/u.test(line))).toStrictEqual([]);
});

test.each([
  ["AUTHORIZED_KEYS", "home/.ssh/id_ed25519.pub"],
  ["AUTHORIZED_KEYS", "~/.ssh/id_ed25519.pub"],
  ["AUTHORIZED_KEYS", goodKey],
  ["KALISI_KEYS_FROM", "~/.ssh/id_ed25519.pub"],
  ["KALISI_KEYS_FROM", goodKey],
  ["KALISI_KEYS_FROM", `restrict,command="echo a b" ${goodKey}`],
])("%s takes a path and keys alike: %s", (name, value) => {
  const { keys } = project().load({ env: { [name]: value } }).ssh;
  expect(keys.map(({ line }) => line)).toStrictEqual([value.endsWith(goodKey) ? value : goodKey]);
});

test("without a setting the user's own key is taken: ed25519, else RSA, else none, with a warning", () => {
  expect(project().load({}).ssh.keys).toHaveLength(1);
  execFileSync("rm", ["-r", join(project().root, "home/.ssh")]);
  const rsa = join(project().root, "home/.ssh/id_rsa");
  mkdirSync(join(rsa, ".."));
  execFileSync("ssh-keygen", ["-q", "-N", "", "-t", "rsa", "-b", "3072", "-f", rsa]);
  expect(project().load({}).ssh.keys[0]?.line).toMatch(/^ssh-rsa /);
  expect(project().warn).not.toHaveBeenCalled();
  execFileSync("rm", ["-r", join(rsa, "..")]);
  expect(project().load({}).ssh.keys).toStrictEqual([]);
  expect(project().warn).toHaveBeenCalledWith(
    expect.stringMatching(/^No SSH key: nobody can log in/),
  );
});

test("an empty text lets nobody in, without a warning", () => {
  expect(project().load({ config: { ssh: { authorizedKeys: "" } } }).ssh.keys).toStrictEqual([]);
  expect(project().warn).not.toHaveBeenCalled();
});

test("what only looks wrong is warned of, once each", () => {
  project().load({
    config: { autoStart: true },
    env: { KALISI_AUTO_START: "false" },
    files: { "source/.env": goodEnv.replace("canary-long-enough", "change-me-canary") },
  });
  execFileSync("chmod", ["644", join(project().root, "source/.env")]);
  project().load({});
  const warnings = project().warn.mock.calls.map(([message]) => message);
  expect(warnings).toStrictEqual([
    "KALISI_AUTO_START has no effect: kalisi:autoStart of the stack's configuration overrides it",
    "source/.env: still a placeholder: NEO4J_PASSWORD",
    "source/.env: still a placeholder: NEO4J_PASSWORD",
    expect.stringMatching(/^\/.* can be read by others of this machine: chmod 600 '/),
  ]);
});

test.each([
  "$(touch pwned)",
  "`touch pwned`",
  "'; touch pwned; '",
  '"]; touch pwned; ["',
  "a\ntouch pwned\n",
  "a\\'; touch pwned #",
])(
  "the fix of an unknown key called %j can be copied into a shell: it hands that very key over",
  (key) => {
    const { root } = project();
    const { problems, message } = project().refusal({ config: { ssh: { [key]: 1 } } });
    expect(message.split("\n")).toHaveLength(3);
    mkdirSync(join(root, "bin"));
    writeFileSync(join(root, "bin/pulumi"), '#!/bin/sh\nprintf "%s\\n" "$4" >> "$SEEN"\n', {
      mode: 0o755,
    });
    execFileSync("bash", ["--norc", "-c", problems[0].fix], {
      cwd: root,
      env: { PATH: `${root}/bin:/usr/bin:/bin`, SEEN: join(root, "seen"), LANG: "C.UTF-8" },
    });
    expect(existsSync(join(root, "pwned"))).toBe(false);
    const escaped = key.replace(/["\\]/g, "\\$&");
    expect(execFileSync("cat", [join(root, "seen")], { encoding: "utf8" })).toContain(
      `kalisi:ssh["${escaped}"]\n`,
    );
  },
);
