import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { docker } from "../support/e2e/probe";
import { eventually } from "../support/eventually";
import type { TestContainer } from "../support/image/container";
import { ownContainers } from "../support/image/own-containers";
import { mountInMemory } from "../support/image/wishes";

jest.setTimeout(300_000);

const start = ownContainers();

/**
 * A volume on a folder of this machine: where somebody asks what is on the disk, as `npm run status` does, the Engine walks
 * through the volumes that have no options. https://github.com/moby/moby/blob/v20.10.24/volume/service/service.go
 */
async function volumeOn(folder: string): Promise<string> {
  const name = `kalisi-image-${process.pid}-unmeasured`;
  const DriverOpts = { type: "none", o: "bind", device: folder };
  await docker.createVolume({ Name: name, DriverOpts });
  return name;
}

let folder: string;
let volume: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "kalisi-unmeasured-"));
  volume = await volumeOn(folder);
});

// After its container is gone.
afterAll(async () => {
  await docker.getVolume(volume).remove();
  rmSync(folder, { recursive: true });
});

test("a start where nothing changed reads none of the workspace's files, and gives none away", async () => {
  const kalisi = await start({
    autoStart: false,
    adjust: ({ HostConfig }) => {
      const binds = HostConfig?.Binds ?? [];
      Object.assign(HostConfig ?? {}, {
        Binds: binds.map((bind) => bind.replace(/^[^:]+(?=:\/workspace(?::|$))/, volume)),
      });
    },
  });
  await kalisi.untilPrepared();
  const ask = async (script: string, user = "kalisi") => {
    const { code, stdout, stderr } = await kalisi.runAs(user, "bash", "-euc", script);
    expect({ code, stderr }).toStrictEqual({ code: 0, stderr: "" });
    return stdout.trim();
  };
  await ask(`mkdir -p source/target/deep source/frontend/node_modules
    for folder in source/target/deep source/frontend/node_modules; do
      (cd $folder; seq 10000 | xargs touch)
    done
    chmod -R a+rX source`);
  await ask("chown -R neo4j source/target/deep", "root");
  // After its content, so that looking for the names is not itself what is found.
  const age =
    "find bin source start.sh runtime/frontend -depth -user kalisi -exec touch -a -d 2001-01-01 {} +";
  await ask(age);
  const read = "find bin source start.sh runtime/frontend -user kalisi -newerat 2002-01-01 | sort";
  // Reading would show: the volume keeps the times of it.
  await ask("cat source/frontend/node_modules/1 start.sh > /dev/null");
  expect(await ask(read)).toBe("source/frontend/node_modules/1\nstart.sh");
  await ask(age);
  await kalisi.recreate();
  await kalisi.untilPrepared();
  expect(await ask(read)).toBe("");
  expect(await ask("find source/target/deep ! -user neo4j | wc -l")).toBe("0");
});

test("a first start on a disk that is too small is told in one line", async () => {
  const kalisi = await start({
    autoStart: false,
    adjust: (options) => {
      options.Volumes = {};
      Object.assign(options.HostConfig ?? {}, {
        Binds: options.HostConfig?.Binds?.filter((bind) => !bind.includes(":/workspace:")),
        Tmpfs: { "/workspace": "exec,uid=1000,gid=1000,size=8m" },
        RestartPolicy: { Name: "no" },
      });
    },
  });
  await eventually(30, async () =>
    (await kalisi.inspect()).State.Running ? "it runs" : undefined,
  );
  expect((await kalisi.inspect()).State.ExitCode).toBe(1);
  expect((await kalisi.log()).stderr).toMatch(
    /^prepare: \/workspace cannot be filled from the image: the disk is full: \d+ MB needed, \d MB free\n$/,
  );
});

describe("an interruption at any point of", () => {
  const script = readFileSync(
    join(__dirname, "..", "support", "image", "workspace-interrupted.sh"),
    "utf8",
  );
  let kalisi: TestContainer;

  beforeAll(async () => {
    kalisi = await start({ autoStart: false });
    await kalisi.untilPrepared();
  });

  test.each([
    ["the first start", "first", /^killed at \d\d changes; commit one; one one\n$/],
    ["an upgrade", "upgrade", /^killed at \d\d changes; commit two; two two\n$/],
  ])("%s is made up for by the next start", async (_, which, end) => {
    const { code, stdout, stderr } = await kalisi.runAs("kalisi", "bash", "-c", script, "-", which);
    expect({ code, stderr }).toStrictEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(end);
  });

  test("an upgrade for want of room changes nothing, and is done once there is room", async () => {
    const small = await start({
      autoStart: false,
      adjust: (options) => {
        mountInMemory(options, "/small", "uid=1000,gid=1000,size=8m");
      },
    });
    await small.untilPrepared();
    const { code, stdout, stderr } = await small.runAs(
      ...["kalisi", "bash", "-euc"],
      `cd "$(mktemp -d)"
      seal() { node /usr/local/lib/kalisi/build/manifest.mjs template $1 > $1.manifest; }
      bring_up() { node /usr/local/lib/kalisi/prepare/template.mjs $PWD/$1 $PWD/$1.manifest /small/ws; }
      mkdir -p one two/source /small/ws/.kalisi
      echo one > one/start.sh; seal one; bring_up one
      echo two > two/start.sh; head -c 6000000 /dev/zero > two/large; seal two
      head -c 4000000 /dev/zero > /small/filler
      bring_up two
      cat /small/ws/start.sh; ls /small/ws
      rm /small/filler
      bring_up two
      cat /small/ws/start.sh`,
    );
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^prepare: \/small\/ws not brought up to the image, tried again at the next start: the disk is full: 7 MB needed, \d MB free\n$/,
    );
    expect(stdout).toMatch(/\none\nbin\nruntime\nstart\.sh\n[^]*\ntwo\n$/);
  });
});
