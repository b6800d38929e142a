import type { TestContainer } from "../support/image/container";
import { ownContainers } from "../support/image/own-containers";
import { story } from "../support/story";

// What a power cut, a full disk or a mistake may leave of the files that a start reads: it goes on, and says so.
jest.setTimeout(300_000);

const step = story(300_000);

const start = ownContainers();

let kalisi: TestContainer;

beforeAll(async () => {
  kalisi = await start();
  await kalisi.untilHealthy();
});

const cache = "cd /data/neo4j/.kalisi/launch; file=$(ls | grep -v digest)";
const template = "/opt/bootstrap/workspace-template";
const half = (file: string) => `truncate -s $(($(stat -c %s ${file}) / 2)) ${file}`;

for (const [what, inWorkspace, asRoot, says] of [
  [
    "emptied",
    ": > start.sh; rm -rf .kalisi/built; : > .kalisi/built",
    `${cache}; : > $file`,
    ["start.sh exited with status 0 without a start", ".kalisi/built is not what belongs there"],
  ],
  [
    "cut in half",
    `cp ${template}/start.sh .; ${half("start.sh")}; cd .kalisi/stamps; rm rust; mkdir rust`,
    `${cache}; ${half("$file")}`,
    ["without a start: the image's own is used", "stamps/rust is not what belongs there"],
  ],
  [
    "a folder",
    "rm -rf start.sh .kalisi/lock .kalisi/stamps; mkdir -p start.sh .kalisi/{lock,built/rust}",
    "cd /data/neo4j/.kalisi; rm -r launch; echo > launch",
    ["start.sh exited with status 126 without a start", "built/rust is not what belongs there"],
  ],
  [
    "gone",
    "cd .kalisi/stamps; rm -rf /workspace/start.sh *.quick; mkfifo frontend.new; mkdir rust.quick",
    "cd /data/neo4j/.kalisi; rm -r launch",
    ["start.sh exited with status 127 without a start", "rust.quick is not what belongs there"],
  ],
] as const) {
  step(`goes on where start.sh is ${what}, and so are files beside it`, async () => {
    await kalisi.sh(inWorkspace);
    await kalisi.ask("sh", "-euc", asRoot);
    const before = await kalisi.log();
    await kalisi.stop();
    await kalisi.startAgain();
    await kalisi.untilHealthy();
    const { stdout, stderr } = await kalisi.log();
    const told = stderr.slice(before.stderr.length);
    for (const words of says) expect(told).toContain(words);
    // What was built is as it was, or is taken from the image.
    expect(stdout.slice(before.stdout.length)).not.toContain("building");
    await kalisi.sh("cd .kalisi; test -s stamps/rust; test -s stamps/frontend; test -d built");
    expect(await kalisi.ask("sh", "-euc", `${cache}; sha256sum < $file`)).toBe(
      await kalisi.ask("sh", "-euc", `${cache}; cat $file.digest`),
    );
  });
}

const pair = "/workspace/runtime/certs/fullchain.pem /workspace/runtime/certs/privkey.pem";
const record = "/workspace/.kalisi/certificate";

for (const [what, cutShort, says] of [
  ["our certificate is empty", `: > ${pair.split(" ")[0] ?? ""}`, "cut short: put back whole"],
  ["our certificate is cut in half", half(pair.split(" ")[0] ?? ""), "cut short: put back whole"],
  ["the record of it is empty", `: > ${record}`, ""],
  ["the record of it is cut in half", half(record), ""],
  ["the record of it is gone", `rm ${record}`, ""],
] as const) {
  step(`keeps the pair that was made here, and its record, where ${what}`, async () => {
    const all = `sha256sum ${pair} ${record}`;
    const before = await kalisi.sh(all);
    await kalisi.sh(cutShort);
    const start = ["/usr/local/lib/kalisi/ctl/start", "--daemon"];
    const { code, stderr } = await kalisi.runAs("kalisi", ...start);
    expect([code, stderr]).toStrictEqual([0, expect.stringContaining(says)]);
    expect(await kalisi.sh(all)).toBe(before);
  });
}

step("a service that is not meant to be up after a start is reported", async () => {
  await kalisi.sh("s6-svc -d /run/service/neo4j-ui");
  await kalisi.untilReported(/^neo4j-ui: not meant to be up, although start\.sh has started it$/m);
  await kalisi.sh("/usr/local/lib/kalisi/ctl/start --stop");
  expect(await kalisi.run("kalisi-health")).toMatchObject({ code: 0, stdout: "" });
});
