import { inImage as inImageOf } from "../support/image/in-image";

jest.setTimeout(120_000);

const inImage = (...command: readonly string[]) =>
  inImageOf(process.env["KALISI_TEST_IMAGE_ID"] ?? "", ...command);

test.each([
  ["kalisi's login shell", "HOME=/home/kalisi s6-setuidgid kalisi bash -lc 'command -v $0'"],
  ["root's login shell", "bash -lc 'command -v $0'"],
  ["what root starts", "command -v $0"],
  ["a session before any profile", "PATH=/usr/local/bin:/usr/bin:/bin:/usr/games; command -v $0"],
])("%s finds what the distribution's package has", async (_, find) => {
  const programs = ["java", "jpackage", "keytool", "rmiregistry"];
  const script = programs.map((program) => find.replace("$0", program)).join("; ");
  expect((await inImage("sh", "-c", script)).split("\n")).toStrictEqual(
    programs.map((program) => `/usr/local/bin/${program}`),
  );
  expect(
    await inImage(
      "sh",
      "-c",
      `readlink -e ${programs.map((p) => `/usr/local/bin/${p}`).join(" ")}`,
    ),
  ).toBe(programs.map((program) => `/opt/java/bin/${program}`).join("\n"));
});

test("it is the only one, with all that a user's jar may ask for", async () => {
  const others = "find / -xdev ( -name libjvm.so -o -name modules -size +1M )".split(" ");
  expect((await inImage(...others)).split("\n").sort()).toStrictEqual([
    "/opt/java/lib/modules",
    "/opt/java/lib/server/libjvm.so",
  ]);
  const modules = (await inImage("java", "--list-modules")).split("\n");
  expect(modules.map((module) => module.replace(/@.*/, ""))).toStrictEqual(
    expect.arrayContaining([
      ...[
        "java.se",
        "jdk.attach",
        "jdk.charsets",
        "jdk.compiler",
        "jdk.crypto.ec",
        "jdk.jdwp.agent",
      ],
      ...["jdk.jfr", "jdk.localedata", "jdk.management.agent", "jdk.unsupported", "jdk.zipfs"],
    ]),
  );
});

test("it trusts the authorities that the distribution does", async () => {
  const list = await inImage("keytool", "-list", "-cacerts", "-storepass", "changeit");
  const names = [...list.matchAll(/^([^,\n]+), .+, trustedCertEntry,/gm)].map(([, name]) => name);
  expect(names.length).toBeGreaterThan(100);
  for (const name of names) expect(name).toMatch(/^debian:/);
});

test("it maps its own classes into memory, which Neo4j's build upon", async () => {
  // This way it ends with an error where it cannot.
  expect(await inImage("java", "-Xshare:on", "-version")).toMatch(/^openjdk version "21\./);
});

test("it is whole in one folder, and root's alone to write", async () => {
  const astray = "find /opt/java -type l ! -lname ../*".split(" ");
  expect(await inImage(...astray)).toBe("");
  expect(await inImage("find", "-L", "/opt/java", "-type", "l")).toBe("");
  const open = "find /opt/java ! -user root -o ! -group root -o ! -type l -perm /022".split(" ");
  expect(await inImage(...open)).toBe("");
  // What pictures need, as the distribution's package has it without a screen.
  const libraries =
    "LD_LIBRARY_PATH=/opt/java/lib/server ldd /opt/java/lib/libjavajpeg.so /opt/java/lib/liblcms.so";
  const needed = await inImage("sh", "-c", libraries);
  expect(needed).toContain("/opt/java/lib/liblcms2.so");
  expect(needed).not.toContain("not found");
});
