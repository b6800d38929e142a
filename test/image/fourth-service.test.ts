import { readFileSync } from "node:fs";
import { join } from "node:path";
import { docker } from "../support/e2e/probe";
import type { TestContainer } from "../support/image/container";
import { exampleSettings, root } from "../support/image/declared";
import { ownContainers } from "../support/image/own-containers";
import { SourceImages } from "../support/image/source-images";
import { story } from "../support/story";
import { askInside } from "../../cli/status/inside";

// What a further Rust service costs: a line of the table, a check and a crate of ten lines.
jest.setTimeout(300_000);

const step = story(300_000);

const rootfs = "docker/rootfs";
const table = `${rootfs}/etc/kalisi/services.table`;

const crate = `use std::io::Write;

fn main() -> std::io::Result<()> {
    let greeting = std::env::var("GREETING").expect("run-app asks for it");
    println!("listening");
    for client in std::net::TcpListener::bind("0.0.0.0:9099")?.incoming() {
        writeln!(client?, "{greeting}")?;
    }
    Ok(())
}
`;

const check = `#!/bin/bash
set -euo pipefail
exec 3<>/dev/tcp/127.0.0.1/9099
read -r -t 2 -u 3 greeting
[[ $greeting == hello ]] || { echo "greets with $greeting"; exit 1; }
`;

const start = ownContainers();
const images = new SourceImages();
let kalisi: TestContainer;

beforeAll(async () => {
  const line = "greeter  app  1500  3000  greeter  GREETING\n";
  images.writeBeside(table, readFileSync(join(root, table), "utf8") + line);
  images.writeBeside(`${rootfs}/usr/local/lib/kalisi/checks/greeter`, check);
  const lock = readFileSync(join(root, "examples/source/Cargo.lock"), "utf8");
  const entry = '[[package]]\nname = "greeter"\nversion = "0.1.0"\n';
  images.write("services/greeter/src/main.rs", crate);
  images.write(
    "services/greeter/Cargo.toml",
    '[package]\nname = "greeter"\nversion = "0.1.0"\nedition = "2021"\n',
  );
  // In the order of their names, as cargo has them.
  const entries = lock.split(/^(?=\[\[package)/m);
  const next = entries.findIndex((each) => (/^name = "(.*)"/m.exec(each)?.[1] ?? "") > "greeter");
  images.write("Cargo.lock", entries.toSpliced(next, 0, `${entry}\n`).join(""));
  images.commit("a fourth service");
  const settings = `${exampleSettings()}GREETING=hello\n`;
  kalisi = await start({ image: await images.build(), settings });
  await kalisi.untilHealthy();
});

afterAll(() => images.remove());

step("it is up, checked and told of as the others are", async () => {
  await kalisi.ask("/usr/local/lib/kalisi/checks/greeter");
  expect((await kalisi.startScript("--status")).stdout).toMatch(/^greeter +up .* ready /m);
  const container = docker.getContainer(kalisi.names.container);
  const { services } = await askInside(container);
  expect(services.at(-1)).toMatchObject({ name: "greeter", state: "healthy" });
  await kalisi.untilLogged(/^greeter: listening$/m);
  await kalisi.untilLogged(/^start\.sh: greeter is ready$/m);
});

step("it is on the loopback, though it asks for all addresses", async () => {
  expect(await kalisi.ask("netstat", "-ltn")).toMatch(/ 127\.0\.0\.1:9099 /);
});

step("it is named while it is down, and comes back when it is killed", async () => {
  const killed = await kalisi.pid("greeter");
  await kalisi.ask("kill", "-KILL", killed);
  expect((await kalisi.run("kalisi-health")).stdout).toMatch(/^greeter: /);
  await kalisi.untilHealthy();
  expect(await kalisi.pid("greeter")).not.toBe(killed);
});

step(
  "it stops before what it may write to, and is named where its variable is missing",
  async () => {
    await kalisi.stop();
    const { stdout } = await kalisi.log();
    expect(stdout).toMatch(/shutdown: stopped\n$/);
    expect(stdout).not.toMatch(/greeter takes longer/);
    await kalisi.recreate({ settings: exampleSettings() });
    await kalisi.untilLogged(/^container-entrypoint: start\.sh --daemon exited with status 1/m);
    await kalisi.untilReported(/^greeter: .*GREETING/m);
  },
);
