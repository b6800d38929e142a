import { join } from "node:path";
import { makeKeyPair } from "../support/e2e/clone";
import { docker, withKey } from "../support/e2e/probe";
import type { Session } from "../support/e2e/session";
import { root } from "../support/image/declared";
import { sshAudit } from "../support/security/ssh-audit";

interface Process {
  readonly pid: string;
  readonly name: string;
  readonly uid: number;
  /** Capabilities that it has, and those that it could ever get. */
  readonly effective: bigint;
  readonly bounding: bigint;
  readonly noNewPrivileges: string;
  readonly seccomp: string;
  readonly coreLimit: string;
}

async function processesOf(user: Session): Promise<readonly Process[]> {
  const script = `for process in /proc/[0-9]*; do
    [ "$process" != "/proc/$$" ] || continue
    echo "pid: \${process#/proc/}"
    grep -E '^(Name|Uid|CapEff|CapBnd|NoNewPrivs|Seccomp|PPid):' "$process/status"
    echo "Core: $(grep '^Max core' "$process/limits")"
    echo
  done 2> /dev/null`;
  const text = (await user.inside("bash", "-c", script)).replaceAll("\r", "");
  return text.split("\n\n").flatMap((block) => {
    const field = (name: string) => new RegExp(`^${name}:\\s+(.*)$`, "m").exec(block)?.[1] ?? "";
    return field("Uid") === ""
      ? []
      : [
          {
            pid: field("pid"),
            name: field("Name"),
            uid: Number(field("Uid").split(/\s+/)[0]),
            effective: BigInt(`0x${field("CapEff")}`),
            bounding: BigInt(`0x${field("CapBnd")}`),
            noNewPrivileges: field("NoNewPrivs"),
            seccomp: field("Seccomp"),
            coreLimit: field("Core"),
          },
        ];
  });
}

/** https://github.com/torvalds/linux/blob/master/include/uapi/linux/capability.h */
const capabilityNumbers = {
  CHOWN: 0,
  DAC_OVERRIDE: 1,
  KILL: 5,
  SETGID: 6,
  SETUID: 7,
  SYS_CHROOT: 18,
  AUDIT_WRITE: 29,
};
const granted = Object.values(capabilityNumbers).reduce(
  (all, bit) => all | (1n << BigInt(bit)),
  0n,
);

/** What ssh-audit may say, each with why it stays. */
const accepted: readonly { readonly finding: RegExp; readonly reason: string }[] = [
  {
    finding:
      /^kex curve25519-sha256(@libssh\.org)?: does not provide protection against post-quantum/,
    reason:
      "an OpenSSH before 9.0 has nothing better; newer ones choose sntrup761x25519 or mlkem768x25519",
  },
];

/** Declares the tests of what the processes of a stack that is up may do, and of what its SSH server offers. */
export function testInside(session: () => Session): void {
  let user: Session;

  beforeAll(() => {
    user = session();
  });

  test("every process lacks what it was not started with, for ever, and the kernel filters its calls", async () => {
    const all = await processesOf(user);
    expect(all.length).toBeGreaterThan(20);
    for (const { name, noNewPrivileges, seccomp } of all) {
      expect({ name, noNewPrivileges, seccomp }).toStrictEqual({
        name,
        noNewPrivileges: "1",
        seccomp: "2",
      });
    }
  });

  test("no process has a capability beyond those that the container is declared with", async () => {
    for (const { name, bounding } of await processesOf(user)) {
      expect({ name, more: bounding & ~granted }).toStrictEqual({ name, more: 0n });
    }
  });

  test("the services have no capability, and each store has a user of its own", async () => {
    const owners = {
      java: "neo4j",
      "redis-server": "redis",
      "kalisi-gateway": "kalisi",
      "agent-runtime-s": "kalisi",
      "neo4j-ui": "kalisi",
    };
    const all = await processesOf(user);
    for (const [service, owner] of Object.entries(owners)) {
      const uid = Number(await user.inside("id", "-u", owner));
      const own = all.filter(({ name }) => name === service);
      expect(own.map((process) => [process.uid, process.effective])).toStrictEqual([[uid, 0n]]);
    }
  });

  test("what runs as root are the supervisor, its logs and sshd", async () => {
    const names = (await processesOf(user)).filter(({ uid }) => uid === 0).map(({ name }) => name);
    const expected = /^(s6-.*|sshd|sleep|snooze|execlineb|foreground|logger|bash|grep|kalisi-.*)$/;
    expect(names.filter((name) => !expected.test(name))).toStrictEqual([]);
  });

  test("no process may dump its memory", async () => {
    for (const { name, coreLimit } of await processesOf(user)) {
      expect({ name, coreLimit }).toStrictEqual({
        name,
        coreLimit: expect.stringMatching(/^Max core file size\s+0\s+0\s/) as string,
      });
    }
  });

  test("the host's devices, processes and kernel settings are out of reach", async () => {
    const { HostConfig } = await user.inspect();
    expect(HostConfig).toMatchObject({ Privileged: false, PidMode: "", IpcMode: "private" });
    expect(HostConfig.Devices ?? []).toStrictEqual([]);
    const writable = await user.inside(
      "sh",
      "-c",
      'find /proc/sys /sys -writable -type f 2> /dev/null | xargs -r -n1 sh -c \'echo x 2>/dev/null > "$0" && echo "$0"\' || true',
    );
    expect(writable).toBe("");
  });

  test("ssh-audit finds nothing that is not accepted for a reason", async () => {
    const { findings, checked } = await sshAudit(root, user.stack.sshPort);
    expect(checked).toBeGreaterThan(5);
    const open = findings.filter(({ text }) => !accepted.some(({ finding }) => finding.test(text)));
    expect(open).toStrictEqual([]);
  });

  test("the Engine reports no setting of its own that would undo this", async () => {
    const { SecurityOptions } = (await docker.info()) as { readonly SecurityOptions: string[] };
    expect(SecurityOptions.some((option) => option.includes("seccomp"))).toBe(true);
  });

  test("whose agent offers a dozen other keys first gets in with the right one", async () => {
    const folder = join(user.clone.path, "..", "keys");
    const others = Array.from({ length: 12 }, (_, at) => makeKeyPair(folder, `other-${at}`));
    const offered = others.flatMap((path) => ["-i", path]);
    expect(await user.ssh("id -un", [...offered, ...withKey(user.key)])).toBe("kalisi");
  });
}
