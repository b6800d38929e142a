import { eventually } from "../support/eventually";
import { setBuildNetwork } from "../support/image/build-network";
import { TestContainer } from "../support/image/container";
import { nothing, pidsOf, startReport } from "../support/image/start-report";
import { mountInMemory } from "../support/image/wishes";
import { story } from "../support/story";

jest.setTimeout(300_000);

const step = story(300_000);

const agent = "source/services/agent-runtime/src/agents.rs";
const page = "source/frontend/index.html";

const started = /^container-entrypoint: start\.sh --daemon exited with status 0/m;

let kalisi: TestContainer;

const sh = (script: string) => kalisi.sh(script);

const start = (...options: readonly string[]) => startReport(kalisi, ...options);

beforeAll(async () => {
  kalisi = await TestContainer.start();
  await kalisi.untilLogged(started);
  await setBuildNetwork(kalisi);
});

afterAll(() => kalisi.remove());

describe("without a toolchain", () => {
  async function startWithout() {
    await kalisi.ask("mv", "/usr/bin/cargo", "/usr/bin/cargo.off");
    try {
      return await start();
    } finally {
      await kalisi.ask("mv", "/usr/bin/cargo.off", "/usr/bin/cargo");
    }
  }

  step("what needs no build starts, with a word of it", async () => {
    expect(await startWithout()).toMatchObject({
      ...nothing,
      said: [
        expect.stringMatching(/^start\.sh: toolchain: .*cargo missing.*: nothing can be built$/),
      ],
    });
  });

  step("what needs one says so, and leaves all as it was", async () => {
    await sh(`echo '// mine' >> ${agent}`);
    expect(await startWithout()).toMatchObject({
      ...nothing,
      code: 1,
      said: [
        expect.stringContaining("cargo missing"),
        "start.sh: cargo is missing from the image, so the Rust services cannot be built; what was installed before stays as it is",
      ],
    });
    await sh(`sed -i '$d' ${agent}`);
  });
});

describe("what an interrupted install left behind", () => {
  step("a program that is empty or cut off is taken from the image, and runs again", async () => {
    await sh(`cd bin
      head -c 100000 neo4j-ui > cut; chmod +x cut; mv cut neo4j-ui
      : > empty; chmod +x empty; mv empty agent-runtime-service
      echo half > kalisi-gateway.new`);
    expect(await start()).toMatchObject({
      ...nothing,
      restarted: ["agent-runtime-service", "neo4j-ui"],
      same: false,
    });
    expect(await sh("ls bin")).toBe("agent-runtime-service\nkalisi-gateway\nneo4j-ui");
    expect(await sh("diff -r bin /opt/bootstrap/workspace-template/bin")).toBe("");
  });

  step("a frontend that had just been put aside is put back", async () => {
    await sh("mv runtime/frontend/dist runtime/frontend/dist.old; mkdir runtime/frontend/dist.new");
    expect(await kalisi.startScript("--daemon")).toMatchObject({ code: 0, stderr: "" });
    expect(await sh("ls runtime/frontend; ls runtime/frontend/dist/index.html")).toBe(
      "dist\nruntime/frontend/dist/index.html",
    );
  });

  step("a frontend that is gone is taken from the image", async () => {
    await sh("rm -r runtime/frontend");
    expect(await start()).toMatchObject({ ...nothing, same: false });
    expect(
      await sh(
        "diff -r runtime/frontend/dist /opt/bootstrap/workspace-template/runtime/frontend/dist",
      ),
    ).toBe("");
  });
});

describe("start.sh builds", () => {
  step("nothing where only times changed, and says what it would build with", async () => {
    await sh("find source -exec touch {} +");
    expect(await start()).toMatchObject(nothing);
    const { stdout } = await kalisi.startScript("--daemon");
    expect(stdout).toMatch(
      /^start\.sh: toolchain: rustc \d+\.\d+\.\d+\S*.*, cargo \d.*, node 20\.\d.*, npm \d/m,
    );
  });

  step("everything with --build", async () => {
    expect(await start("--build")).toMatchObject({
      code: 0,
      built: ["the Rust services", "the frontend"],
      said: [],
    });
    expect(await kalisi.run("kalisi-health")).toMatchObject({ code: 0, stdout: "" });
  });

  step(
    "only the crates of the workspace after one line of one service, and restarts only that",
    async () => {
      await sh(`sed -i 's/Unknown agent/No such agent/' ${agent}`);
      expect(await start()).toMatchObject({
        code: 0,
        built: ["the Rust services"],
        compiled: ["agent-runtime"],
        restarted: ["agent-runtime-service"],
        said: [],
      });
    },
  );

  step("only the frontend after a change to it, and the new page is served at once", async () => {
    await sh(`sed -i 's/<title>Kalisi/<title>Kalisi, changed/' ${page}`);
    expect(await start()).toMatchObject({
      code: 0,
      built: ["the frontend"],
      compiled: [],
      restarted: [],
      said: [],
    });
    expect(await sh("curl -sk https://localhost:8443/")).toContain(
      "<title>Kalisi, changed</title>",
    );
  });

  step("nothing after a change to what is no source of a build", async () => {
    await sh("echo more >> source/README.md");
    expect(await start()).toMatchObject(nothing);
  });
});

describe("a build that fails", () => {
  step("for an error in Rust leaves all as it was", async () => {
    await sh(`echo 'fn broken( {' >> ${agent}`);
    expect(await start()).toMatchObject({
      ...nothing,
      code: 1,
      built: ["the Rust services"],
      compiled: ["agent-runtime"],
      said: ["start.sh: the Rust build failed; what was installed before stays as it is"],
    });
  });

  step("keeps a new container from nothing but the news", async () => {
    await kalisi.recreate();
    await kalisi.untilLogged(/^container-entrypoint: start\.sh --daemon exited with status 1/m);
    await pidsOf(kalisi);
    expect(await sh("curl -sk https://localhost:8443/")).toContain(
      "<title>Kalisi, changed</title>",
    );
    expect((await kalisi.run("kalisi-health")).stdout).toMatch(/^start\.sh: exited with status 1/m);
    await sh(`sed -i '$d' ${agent}`);
    expect(await start()).toMatchObject(nothing);
  });

  step("for an error in the frontend leaves all as it was", async () => {
    await sh("echo 'const broken: number = \"\";' >> source/frontend/src/main.ts");
    expect(await start()).toMatchObject({
      ...nothing,
      code: 1,
      built: ["the frontend"],
      said: ["start.sh: the frontend build failed; what was installed before stays as it is"],
    });
    await sh("sed -i '$d' source/frontend/src/main.ts");
  });

  step("for a full disk leaves all as it was, and says so", async () => {
    // A disk of its own for the programs, as small as one can fill.
    await kalisi.recreate({
      adjust: (options) => {
        mountInMemory(options, "/workspace/bin", "exec,uid=1000,gid=1000,size=64m");
      },
    });
    await kalisi.untilLogged(started);
    expect(await sh("findmnt --noheadings --output FSTYPE --target bin")).toBe("tmpfs");
    await sh("fallocate -l $(($(df --output=avail -B1 bin | tail -n 1) - 500000)) bin/filler");
    await sh(`sed -i 's/No such agent/None such agent/' ${agent}`);
    expect(await start()).toMatchObject({
      ...nothing,
      code: 1,
      built: ["the Rust services"],
      compiled: ["agent-runtime"],
      said: [
        "start.sh: the Rust build failed: /workspace/bin is full, 0 MB are left; what was installed before stays as it is",
      ],
    });
    await sh("rm bin/filler");
    expect(await start()).toMatchObject({
      code: 0,
      restarted: ["agent-runtime-service"],
      said: [],
    });
  });
});

step("a workspace that cannot be written ends the container with one line", async () => {
  await kalisi.recreate({
    adjust: ({ HostConfig }) => {
      const binds = HostConfig?.Binds ?? [];
      Object.assign(HostConfig ?? {}, {
        Binds: binds.map((bind) => bind.replace(/:\/workspace:rw$/, ":/workspace:ro")),
        RestartPolicy: { Name: "no" },
      });
    },
  });
  await eventually(30, async () =>
    (await kalisi.inspect()).State.Running ? "it runs" : undefined,
  );
  expect((await kalisi.inspect()).State.ExitCode).toBe(1);
  expect((await kalisi.log()).stderr).toBe("prepare: /workspace is not writable for user kalisi\n");
});
