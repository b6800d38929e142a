import { eventually } from "../support/eventually";
import type { TestContainer } from "../support/image/container";
import { exampleSettings } from "../support/image/declared";
import { ownContainers } from "../support/image/own-containers";
import { story } from "../support/story";

// What kalisi may put in the place of what root looks at, at any time: links, pipes, sockets, locks.
jest.setTimeout(300_000);

const step = story(300_000);

const start = ownContainers();

/** Root's own, which nobody else can read. */
const rootFolder = "/root/own";
const hostKey = "ssh_host_ed25519_key";
const leaked = "Leaked71";
/** Those on the way to the place where the Engine mounts the settings. */
const heldFolders = ["/workspace", "/workspace/runtime"];

let kalisi: TestContainer;

beforeAll(async () => {
  // Without the file that is bound, all of the workspace is kalisi's, and the start ends early.
  kalisi = await start({ settings: { bound: "nothing" } });
  await kalisi.untilReported(/^start\.sh: exited with status 1/m);
  await kalisi.ask(
    ...["bash", "-euc"],
    `umask 077; mkdir -p ${rootFolder}/{logs,stamps,built}; cd ${rootFolder}
    echo NEO4J_PASSWORD=${leaked} | tee .env template.state conflicts certificate > /dev/null
    ssh-keygen -q -t ed25519 -N '' -f ${hostKey}`,
  );
});

/** What root's folder holds, and when it was changed. */
const rootsOwn = () =>
  kalisi.ask(
    ...["bash", "-euc"],
    `cd ${rootFolder}; find . -printf '%p %u %m %s %T@ %C@\\n' | sort; cat .env template.state`,
  );

const fingerprint = (of: string) =>
  kalisi.ask("bash", "-c", `set -o pipefail; ${of} | ssh-keygen -l -f - | cut -d' ' -f2`);

/** The host key that sshd shows. */
const shownKey = () => fingerprint("ssh-keyscan -t ed25519 127.0.0.1 2>/dev/null");

/** As in a workspace of an earlier version, whose folders were all kalisi's. */
const letReplace = () =>
  kalisi.ask("sh", "-c", 'chmod 755 "$@" && chown kalisi:kalisi "$@"', "-", ...heldFolders);

async function restart(): Promise<void> {
  await kalisi.stop();
  await kalisi.startAgain();
  await eventually(20, async () => {
    const { stdout } = await kalisi.run("kalisi-health");
    return /^(sshd|start\.sh: still starting)/m.test(stdout) || stdout === "" ? stdout : undefined;
  });
}

for (const [what, plant] of [
  [
    "links to root's folder",
    `rm -rf runtime .kalisi; ln -s ${rootFolder} runtime; ln -s ${rootFolder} .kalisi
    mv ~/.ssh-host-keys ~/former-links; ln -s ${rootFolder} ~/.ssh-host-keys`,
  ],
  [
    "links to root's files",
    `rm -rf runtime .kalisi; mkdir -p runtime .kalisi
    ln -s ${rootFolder}/.env runtime/.env; ln -s ${rootFolder}/logs runtime/logs
    for name in template.state conflicts certificate stamps built; do
      ln -s ${rootFolder}/$name .kalisi/$name
    done
    mv ~/.ssh-host-keys ~/former-files; mkdir ~/.ssh-host-keys
    ln -s ${rootFolder}/${hostKey} ~/.ssh-host-keys/`,
  ],
  [
    "pipes",
    `rm -rf runtime .kalisi; mkdir -p runtime/logs/sshd .kalisi/stamps
    mkfifo runtime/.env runtime/logs/redis runtime/logs/sshd/{current,lock} ~/pipe
    mkfifo .kalisi/{template.state,conflicts,lock,certificate,built} .kalisi/stamps/{rust,frontend}
    mv ~/.ssh-host-keys ~/former-pipes; mv ~/pipe ~/.ssh-host-keys`,
  ],
  [
    "pipes in the place of folders",
    `rm -rf runtime/* .kalisi; mkfifo runtime/logs .kalisi
    mv ~/.ssh-host-keys ~/former-folders; mkfifo ~/.ssh-host-keys`,
  ],
  [
    "sockets, and links to devices",
    `rm -rf runtime .kalisi; mkdir -p runtime .kalisi/stamps
    ln -s /dev/zero runtime/.env; ln -s /dev/tty .kalisi/template.state
    socket() { python3 -c 'import socket, sys; socket.socket(1).bind(sys.argv[1])' "$1"; }
    socket runtime/logs; socket .kalisi/conflicts; socket .kalisi/stamps/rust
    mv ~/.ssh-host-keys ~/former-sockets; socket ~/.ssh-host-keys`,
  ],
] as const) {
  step(`a start finds ${what}: it does not follow, and does not wait`, async () => {
    const before = await rootsOwn();
    const logged = (await kalisi.log()).stderr.length;
    await letReplace();
    await kalisi.sh(plant);
    await restart();
    expect(await rootsOwn()).toBe(before);
    const { stdout, stderr } = await kalisi.log();
    expect(stdout + stderr).not.toContain(leaked);
    expect(stderr.slice(logged)).toMatch(/^prepare: .*\.ssh-host-keys was not a folder of root's/m);
    const shown = await shownKey();
    expect(shown).not.toBe(await fingerprint(`cat ${rootFolder}/${hostKey}.pub`));
    expect(shown).toBe(await fingerprint(`cat /home/kalisi/.ssh-host-keys/${hostKey}.pub`));
    expect(await kalisi.ask("stat", "-c", "%U %a", "/home/kalisi/.ssh-host-keys")).toBe("root 700");
  });
}

step("sshd that is started again has the keys of before, whatever is in their place", async () => {
  const before = await shownKey();
  await kalisi.sh(`mv ~/.ssh-host-keys ~/former-away; ln -s ${rootFolder} ~/.ssh-host-keys`);
  await kalisi.ask("s6-svc", "-wr", "-T", "10000", "-r", "/run/service/sshd");
  await eventually(10, async () => {
    const { code, stdout } = await kalisi.run("/usr/local/lib/kalisi/checks/sshd");
    return code === 0 ? undefined : stdout;
  });
  expect(await shownKey()).toBe(before);
});

const readEnv = "timeout 5 /usr/local/lib/kalisi/read-env kalisi cat > /dev/null";

step("a pipe for the settings is told, and keeps nobody waiting", async () => {
  await kalisi.sh("rm -rf runtime/.env; mkfifo runtime/.env");
  expect(await kalisi.run("sh", "-c", readEnv)).toMatchObject({
    code: 1,
    stderr: expect.stringMatching(/\.env is not a regular file/) as unknown,
  });
});

step("nor does one that takes a file's place at the wrong moment", async () => {
  const swap = [
    "import os, sys",
    "os.chdir('/workspace/runtime')",
    "os.mkfifo('pipe')",
    "while not os.path.exists('enough'):",
    "    for name in ('pipe', 'file'):",
    "        os.link(name, 'next'); os.rename('next', '.env')",
  ];
  await kalisi.sh("cd runtime; rm -f .env; echo A=1 > file; cp file .env");
  const swapping = kalisi.runAs("kalisi", "python3", "-c", swap.join("\n"));
  const ended = await kalisi.ask(
    ...["bash", "-c"],
    `for i in {1..20}; do ${readEnv} 2>/dev/null; echo $?; done | sort | uniq -c`,
  );
  await kalisi.sh("touch runtime/enough");
  expect(await swapping).toMatchObject({ code: 0 });
  expect(ended).not.toMatch(/ 124$/m);
});

step(
  "nothing that root reads or opens is kalisi's to change while the container runs",
  async () => {
    const { stdout } = await kalisi.runAs(
      ...["kalisi", "find", "/", "-xdev", "-not", "-type", "l", "-writable", "-not", "-path"],
      "/proc/*",
    );
    const own = /^\/(?:workspace|home\/kalisi)(?:\/|$)|^\/(?:tmp|var\/tmp|run\/lock)(?:\/|$)/;
    const shared =
      /^\/run\/kalisi\/start[.-](?:status|lock)$|^\/run\/service\/[^/]+\/supervise\/control$/;
    const places = stdout.split("\n").filter(Boolean);
    expect(places).toContain("/run/kalisi/start.lock");
    expect(places.filter((path) => !own.test(path) && !shared.test(path))).toStrictEqual([]);
  },
);

step("whatever kalisi holds a lock on, the container stops", async () => {
  const write = 'rm -rf runtime/.env; printf %s "$1" > runtime/.env';
  await kalisi.runAs("kalisi", "sh", "-c", write, "-", exampleSettings());
  expect(await kalisi.startScript("--daemon")).toMatchObject({ code: 0, stderr: "" });
  const hold = [
    "import fcntl, os",
    "held = {}",
    "def hold(path):",
    "    if path in held or not os.path.isfile(path): return",
    "    try:",
    "        held[path] = open(path)",
    "        fcntl.lockf(held[path], fcntl.LOCK_SH | fcntl.LOCK_NB)",
    "        fcntl.flock(held[path], fcntl.LOCK_EX | fcntl.LOCK_NB)",
    "    except OSError: pass",
    "for folder, _, names in os.walk('/run/service'):",
    "    for name in ['supervise/lock', 'supervise/service-lock', *names]:",
    "        hold(os.path.join(folder, name))",
    "open('/tmp/held', 'w').close()",
    "while True: hold('/run/kalisi/shutdown.lock')",
  ];
  const holding = kalisi.runAs("kalisi", "python3", "-c", hold.join("\n")).catch(() => undefined);
  await eventually(10, async () =>
    (await kalisi.run("test", "-e", "/tmp/held")).code === 0 ? undefined : "not held",
  );
  expect(await kalisi.stop()).toBeLessThan(10);
  expect((await kalisi.inspect()).State.ExitCode).toBe(0);
  await holding;
});

step("what leads to the settings' place is root's, and all else there is kalisi's", async () => {
  await kalisi.recreate({ settings: exampleSettings() });
  await kalisi.untilHealthy();
  const { code, stderr } = await kalisi.runAs("kalisi", "mv", "runtime", "elsewhere");
  expect({ code, stderr }).toStrictEqual({
    code: 1,
    stderr: "mv: cannot move 'runtime' to 'elsewhere': Operation not permitted\n",
  });
  await kalisi.sh(`touch new runtime/new; mkdir runtime/folder; rmdir runtime/folder
    mv new newer; rm -r newer runtime/new; mv runtime/logs runtime/former; mv start.sh started.sh
    mv started.sh start.sh; chmod 700 start.sh; chmod 755 start.sh; mv runtime/former runtime/logs`);
});

step("a link in its place is set aside, and the next start mounts them rightly", async () => {
  const elsewhere = "/etc/shells";
  await letReplace();
  await kalisi.sh(
    `mv runtime former; mkdir runtime; mv former/* runtime; ln -s ${elsewhere} runtime/.env`,
  );
  await kalisi.stop();
  const logged = (await kalisi.log()).stderr.length;
  await kalisi.startAgain();
  await eventually(20, async () => {
    const { RestartCount, State } = await kalisi.inspect();
    return RestartCount === 1 && !State.Restarting ? undefined : JSON.stringify(State);
  });
  await kalisi.untilHealthy();
  expect((await kalisi.log()).stderr.slice(logged)).toMatch(
    /^prepare: \S+\/\.env was no file: set aside as \S+\nprepare: a link led the settings to \/etc\/shells: .*$/m,
  );
  expect(await kalisi.ask("findmnt", "-no", "TARGET", "-T", "/workspace/runtime/.env")).toBe(
    "/workspace/runtime/.env",
  );
  expect(await kalisi.ask("stat", "-c", "%U:%G %a", ...heldFolders)).toBe(
    "root:kalisi 1775\nroot:kalisi 1775",
  );
  expect(await kalisi.ask("wc", "-l", elsewhere)).toMatch(/^\d+ /);
});
