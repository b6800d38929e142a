import { existsSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { ContainerCreateOptions } from "dockerode";
import type { TestContainer } from "./container";
import { root } from "./declared";

/**
 * Where crates are compiled: once per machine, as that takes minutes. Cargo itself sees to it that nothing of another
 * compiler or of other sources is taken.
 */
const compiled = { volume: "kalisi-test-cargo", folder: "/var/cache/cargo" } as const;

/** For a container's `adjust`: has it compile there. */
export function compileOnce({ HostConfig }: ContainerCreateOptions): void {
  HostConfig?.Binds?.push(`${compiled.volume}:${compiled.folder}`);
}

/** Makes the toolchain of a container ready that was adjusted with `compileOnce`; once, as all is on its volumes. */
export async function prepareToolchain(kalisi: TestContainer): Promise<void> {
  await kalisi.ask("chown", "kalisi:", compiled.folder);
  // Cargo unpacks a crate with new times, and builds anew what a crate's build script reads.
  await kalisi.sh(`mkdir -p ${compiled.folder}/{target,registry} ~/.cargo
    ln -s ${compiled.folder}/target source/
    ln -s ${compiled.folder}/registry ~/.cargo/`);
  await setUpHome(kalisi);
}

/**
 * As somebody behind a company's proxy does, once: the settings stay on the home volume.
 */
async function setUpHome(kalisi: TestContainer): Promise<void> {
  const folder = join(root, ".kalisi/ca");
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith(".crt"))
    : [];
  const extra = names.map((name) => readFileSync(join(folder, name), "utf8")).join("\n");
  const script = `cat /etc/ssl/certs/ca-certificates.crt - <<<"$1" > ~/ca.pem
    mkdir -p ~/.cargo
    printf '[http]\\ncainfo = "%s"\\n' ~/ca.pem > ~/.cargo/config.toml
    echo "cafile=$HOME/ca.pem" > ~/.npmrc`;
  const { code, stderr } = await kalisi.runAs("kalisi", "bash", "-euc", script, "-", extra);
  expect({ code, stderr }).toStrictEqual({ code: 0, stderr: "" });
}
