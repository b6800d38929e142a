import { setBuildNetwork } from "../support/image/build-network";
import { TestContainer } from "../support/image/container";
import { ownContainers } from "../support/image/own-containers";
import { story } from "../support/story";

// What the first build in a container costs, and what it knows of the network.
jest.setTimeout(300_000);

const step = story(300_000);
const start = ownContainers();

let kalisi: TestContainer;

beforeAll(async () => {
  kalisi = await start({
    autoStart: false,
    adjust: (options) => {
      options.HostConfig = { ...options.HostConfig, NetworkMode: "none" };
    },
  });
  await kalisi.untilPrepared();
});

/** Builds the Rust services, and says which crates were compiled for that. */
async function compile(out = "/tmp/out", tree = "source") {
  const { code, stderr } = await kalisi.runAs(
    "kalisi",
    "bash",
    "-lc",
    `/usr/local/lib/kalisi/build/rust.sh build ${tree} ${out}`,
  );
  expect({ code, stderr }).toMatchObject({ code: 0 });
  return [...stderr.matchAll(/^ +Compiling (\S+)/gm)].map(([, name]) => name).sort();
}

const own = ["agent-runtime", "kalisi-common", "kalisi-gateway", "neo4j-ui"];

/** Runs a script with the functions of start.sh. */
const inStart = (script: string) =>
  kalisi.sh(`source /usr/local/lib/kalisi/common.sh
    source /usr/local/lib/kalisi/ctl/build.sh
    ${script}`);

/** What a build sees of a variable. */
const inBuild = (name: string) => inStart(`building sh -c 'printf %s "\${${name}:-}"'`);

/** The programs in the workspace that are not the image's. */
const rebuilt = () =>
  kalisi.sh(`for program in bin/*; do
    cmp --silent $program /opt/bootstrap/workspace-template/$program || basename $program
  done`);

describe("the first change to a service", () => {
  step("compiles what that service alone is made of, without any network", async () => {
    await kalisi.sh(
      "sed -i s/127.0.0.1:6379/localhost:6379/ source/services/agent-runtime/src/main.rs",
    );
    expect(await compile("/workspace/bin changed")).toStrictEqual([
      "agent-runtime",
      "kalisi-common",
    ]);
    expect(await rebuilt()).toBe("agent-runtime-service");
  });

  step("has the next one compile the service that it is in", async () => {
    await kalisi.sh("sed -i s/stopped/changed/ source/services/api-gateway/src/server.rs");
    expect(await compile("/workspace/bin changed")).toStrictEqual(["kalisi-gateway"]);
    expect(await rebuilt()).toBe("agent-runtime-service\nkalisi-gateway");
  });

  step("compiles every service if it is to what all of them are made of", async () => {
    await kalisi.sh("echo '// changed' >> source/crates/kalisi-common/src/lib.rs");
    expect(await compile("/workspace/bin changed")).toStrictEqual(own);
  });

  step("compiles every service if a manifest is another", async () => {
    await kalisi.sh(`cp -R /opt/bootstrap/workspace-template/source/. source
      cp /opt/bootstrap/workspace-template/bin/* bin
      rm -r source/target; echo '# changed' >> source/services/neo4j-ui/Cargo.toml`);
    expect(await compile("/workspace/bin changed")).toStrictEqual(own);
    expect(await kalisi.sh("ls -A source/target")).not.toContain("taken");
  });

  step("compiles nothing if no program is made of it", async () => {
    await kalisi.sh(`cp -R /opt/bootstrap/workspace-template/source/. source
      cp /opt/bootstrap/workspace-template/bin/* bin
      rm -r source/target; echo > source/services/neo4j-ui/notes.txt`);
    expect(await compile("/workspace/bin changed")).toStrictEqual([]);
    expect(await kalisi.sh("ls source")).not.toContain("target");
  });
});

describe("a home whose registry of crates is a link", () => {
  step("gets them where that leads", async () => {
    await kalisi.sh(`rm -rf source/target ~/.cargo
      mkdir -p ~/.cargo ~/roomy; ln -s ~/roomy ~/.cargo/registry`);
    expect(await compile()).toStrictEqual(own);
    expect(await kalisi.sh("ls /tmp/out")).toBe("agent-runtime-service\nkalisi-gateway\nneo4j-ui");
    expect(await kalisi.sh("readlink ~/.cargo/registry; ls ~/roomy")).toMatch(
      /^\/home\/kalisi\/roomy\n(.*\n)*cache\n/,
    );
  });
});

describe("the network of builds", () => {
  const certificate = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----";
  const proxy = "http://proxy:3128/it's";

  step("has certificates, mirrors and proxies; nothing else in the container does", async () => {
    const { code, stdout } = await setBuildNetwork(kalisi, {
      certificates: certificate,
      mirrors: { cargo: "https://crates.example.com/", npm: "https://npm.example.com" },
      proxies: { HTTPS_PROXY: proxy, https_proxy: proxy },
    });
    expect(code).toBe(0);
    expect(stdout).toContain("HTTPS_PROXY");
    expect(stdout).not.toContain("3128");
    expect(await inBuild("https_proxy")).toBe(proxy);
    expect(await inBuild("NPM_CONFIG_REGISTRY")).toBe("https://npm.example.com");
    const bundle = await kalisi.sh(`cat ${await inBuild("CARGO_HTTP_CAINFO")}`);
    expect(bundle).toContain(certificate);
    expect(bundle.match(/BEGIN CERTIFICATE/g)?.length).toBeGreaterThan(100);
    expect(await kalisi.sh(`cat ${await inBuild("CARGO_CONFIG")}`)).toContain(
      '"sparse+https://crates.example.com/"',
    );
    expect(await kalisi.ask("cat", "/etc/ssl/certs/ca-certificates.crt")).not.toContain("AAAA\n");
    expect(await kalisi.sh("bash -lc env")).not.toMatch(/proxy|example\.com/i);
  });

  step("leaves alone what a user has set", async () => {
    const own = await kalisi.sh(`export HTTPS_PROXY=http://mine:1
      source /usr/local/lib/kalisi/common.sh
      source /usr/local/lib/kalisi/ctl/build.sh
      building sh -c 'printf %s "$HTTPS_PROXY"'`);
    expect(own).toBe("http://mine:1");
  });

  step("is replaced as a whole", async () => {
    await setBuildNetwork(kalisi, { proxies: { NO_PROXY: "example.org" } });
    expect(await inBuild("https_proxy")).toBe("");
    expect(await inBuild("CARGO_HTTP_CAINFO")).toBe("");
    expect(await inBuild("NO_PROXY")).toBe("example.org");
    expect(await kalisi.ask("ls", "/etc/kalisi/build-network")).toBe("variables.sh");
  });

  step("that is no JSON changes nothing", async () => {
    const { code } = await kalisi.run("sh", "-c", "echo no | kalisi-build-network");
    expect(code).not.toBe(0);
    expect(await inBuild("NO_PROXY")).toBe("example.org");
  });
});

describe("a whole clone, with its app root in the folder source", () => {
  const nest = "mv source app; mkdir source; mv app source/source";

  step("is built there, and compared with the image's one", async () => {
    expect(await inStart("app_root")).toBe("/workspace/source");
    await kalisi.sh(`rm -r source/target; ${nest}`);
    await kalisi.ask("sh", "-c", `cd /opt/bootstrap/workspace-template; ${nest}`);
    expect(await inStart("app_root")).toBe("/workspace/source/source");
    expect(await compile("/workspace/bin changed", "source/source")).toStrictEqual([]);
  });
});
