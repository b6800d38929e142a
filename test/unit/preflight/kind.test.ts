import { labelProblems, type EngineKind } from "../../../config/engine/engine-kind";
import { check, host } from "../../support/preflight";

// What the system's Engines say of themselves: Podman's and the one without root are Debian's.

test.each([
  ["Podman", { components: ["Podman Engine", "Conmon"] }, "is Podman", "a Docker Engine"],
  ["one of Windows", { info: { OSType: "windows" } }, "of windows", "Linux containers"],
  [
    "one with users of its own",
    { info: { SecurityOptions: ["name=seccomp,profile=default", "name=userns"] } },
    "cannot read .env",
    "userns-remap",
  ],
])("%s is refused, whatever else there is", async (_, engine, problem, fix) => {
  await expect(check({ ...engine, volumes: ["kalisi-neo4j"] })).rejects.toMatchObject({
    problems: [
      {
        code: "KALISI-ENGINE-KIND",
        value: host.uri,
        problem: expect.stringContaining(problem) as string,
        fix: expect.stringContaining(fix) as string,
      },
    ],
  });
});

test("what an Engine cannot limit is told where a limit is set", async () => {
  const info = {
    SecurityOptions: ["name=rootless"],
    MemoryLimit: false,
    CpuCfsQuota: false,
  };
  const limits = { cpus: 1, memory: { bytes: 1 } };
  const { warnings } = await check({ info }, limits);
  expect(warnings).toStrictEqual([
    expect.stringMatching(/^kalisi:resources\.memory has no effect: .+ without root/),
    expect.stringMatching(/^kalisi:resources\.cpus has no effect: .+ without root/),
  ]);
  expect((await check({ info })).warnings).toStrictEqual([]);
  expect((await check({}, limits)).warnings).toStrictEqual([]);
});

describe("where SELinux confines containers", () => {
  const confined: EngineKind = { SecurityOptions: ["name=selinux"], components: [] };
  const files = { mounted: ["/home/me/kalisi/.env"] };
  const problemsOf = (label: string, kind = confined, at = host) =>
    labelProblems(at, kind, files, () => Promise.resolve(label));

  test("a file that they cannot read is told, with the command", async () => {
    await expect(problemsOf("unconfined_u:object_r:user_home_t:s0")).resolves.toMatchObject([
      {
        code: "KALISI-ENGINE-LABEL",
        value: "/home/me/kalisi/.env",
        fix: "chcon -t container_file_t '/home/me/kalisi/.env'",
      },
    ]);
  });

  test.each(["system_u:object_r:container_file_t:s0", "u:r:svirt_sandbox_file_t:s0:c1,c2", ""])(
    "one with the label %s is not",
    async (label) => {
      await expect(problemsOf(label)).resolves.toStrictEqual([]);
    },
  );

  test("of another machine's Engine, or one that does not confine them, nothing is said", async () => {
    const label = "unconfined_u:object_r:user_home_t:s0";
    const far = { uri: "ssh://far", origin: "a test" };
    await expect(problemsOf(label, { components: [] })).resolves.toStrictEqual([]);
    await expect(problemsOf(label, confined, far)).resolves.toStrictEqual([]);
  });
});
