import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isInstalled } from "../../../cli/process";
import { aptInstall } from "../../../cli/setup/engine";
import { eventually } from "../eventually";
import { writeText } from "../files";
import { accepts, freePort } from "./probe";

const user = "tester";
/** Looked for where it must not be: in the state, in the output. */
export const password = "canary-registry-password";
// htpasswd -nbB tester canary-registry-password: the one kind of hash that the registry knows.
const passwordHash = "$2y$05$HPenGb4EEE8snkHcpoQUOeF5oXISCWzqjBMX2cjxw7dk9t1vBiK8u";

/** The one kind of manifest whose configuration's digest is the image's id. */
const manifestType = "application/vnd.docker.distribution.manifest.v2+json";

/** A registry of the test's own on 127.0.0.1, which an Engine speaks to without TLS. */
export interface Registry {
  /** Such as `127.0.0.1:5000`. */
  readonly address: string;
  /** Environment of a Docker client that is logged in, and of one that is not. */
  readonly loggedIn: Readonly<Record<string, string>>;
  readonly loggedOut: Readonly<Record<string, string>>;
  /** The id of the image that a tag stands for; undefined where there is no such tag. */
  readonly imageId: (repository: string, tag: string) => Promise<string | undefined>;
  /** Lets everybody in from now on. */
  readonly open: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Has Debian's docker-registry on PATH. */
export async function requireRegistry(): Promise<void> {
  if (!(await isInstalled("docker-registry"))) {
    await aptInstall(["docker-registry"]);
  }
}

/** Starts Debian's docker-registry, which lets nobody in without the password until it is opened. */
export async function startRegistry(): Promise<Registry> {
  await requireRegistry();
  const folder = mkdtempSync(join(tmpdir(), "kalisi-registry-"));
  const port = await freePort();
  const address = `127.0.0.1:${port}`;
  writeText(join(folder, "htpasswd"), `${user}:${passwordHash}\n`);
  const settings = (auth: object) =>
    JSON.stringify({
      version: "0.1",
      log: { level: "error", accesslog: { disabled: true } },
      storage: { filesystem: { rootdirectory: join(folder, "data") } },
      http: { addr: address },
      ...auth,
    });
  const launch = async (auth: object) => {
    writeText(join(folder, "config.json"), settings(auth));
    const child = spawn("docker-registry", ["serve", join(folder, "config.json")], {
      stdio: ["ignore", "ignore", "pipe"],
    });
    // It complains of each question that is answered with "no": only what keeps it from starting is shown.
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (said += text));
    const ended = new Promise((resolve) => child.once("close", resolve));
    await eventually(20, async () =>
      (await accepts("127.0.0.1", port)) ? undefined : `the registry does not listen: ${said}`,
    );
    return async () => {
      child.kill();
      await ended;
    };
  };
  let end = await launch({
    auth: { htpasswd: { realm: "test", path: join(folder, "htpasswd") } },
  });

  const auth = Buffer.from(`${user}:${password}`).toString("base64");
  const client = (name: string, auths: object) => {
    mkdirSync(join(folder, name));
    writeText(join(folder, name, "config.json"), JSON.stringify({ auths }));
    return { DOCKER_CONFIG: join(folder, name) };
  };
  return {
    address,
    loggedIn: client("in", { [address]: { auth } }),
    loggedOut: client("out", {}),
    imageId: async (repository, tag) => {
      const answer = await fetch(`http://${address}/v2/${repository}/manifests/${tag}`, {
        headers: { authorization: `Basic ${auth}`, accept: manifestType },
      });
      return answer.ok
        ? ((await answer.json()) as { config: { digest: string } }).config.digest
        : undefined;
    },
    open: async () => {
      await end();
      end = await launch({});
    },
    stop: async () => {
      await end();
      rmSync(folder, { recursive: true });
    },
  };
}
