import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { docker } from "../support/e2e/probe";
import type { Session } from "../support/e2e/session";

/** A secret, and what it is called. */
export interface Canary {
  readonly what: string;
  readonly text: string;
}

/** Declares the tests of where the secrets of a stack that is up must not be. */
export function testSecrets(
  session: () => Session,
  canaries: () => readonly Canary[],
  started: () => string,
): void {
  let user: Session;

  beforeAll(() => {
    user = session();
  });

  /** Which of the secrets a text holds. */
  const foundIn = (text: string) =>
    canaries().flatMap(({ what, text: canary }) => (text.includes(canary) ? [what] : []));

  test("each of them is where it belongs, and would be found there", async () => {
    expect(canaries().length).toBeGreaterThan(8);
    const settings = await user.inside("cat", "/workspace/runtime/.env");
    expect(foundIn(settings)).toContain("JWT_SECRET of .env");
    const remote = execFileSync("git", ["remote", "-v"], {
      cwd: user.clone.path,
      encoding: "utf8",
    });
    expect(foundIn(remote)).toStrictEqual(["token in git's remote"]);
  });

  test("none is in what the Engine says of container, image, network and volumes", async () => {
    const { container, network, volumes } = user.stack.names;
    const { Image } = await docker.getContainer(container).inspect();
    const facts = await Promise.all([
      docker.getContainer(container).inspect(),
      docker.getImage(Image).inspect(),
      docker.getImage(Image).history(),
      docker.getNetwork(network).inspect(),
      ...Object.values(volumes).map((name) => docker.getVolume(name).inspect()),
    ]);
    expect(foundIn(JSON.stringify(facts))).toStrictEqual([]);
  });

  test("none is in the logs, the Engine's and the services' own", async () => {
    const logs = await docker
      .getContainer(user.stack.names.container)
      .logs({ stdout: true, stderr: true });
    const own = await user.inside("sh", "-c", "cat /workspace/runtime/logs/*/current");
    expect(logs.length + own.length).toBeGreaterThan(1000);
    expect(foundIn(logs.toString("latin1") + own)).toStrictEqual([]);
  });

  test("none is in what the update printed, the state, or a plan of the next one", async () => {
    expect(foundIn(started())).toStrictEqual([]);
    const file = join(user.clone.path, "..", "exported.json");
    await user.plain(`stack export --show-secrets --file '${file}'`);
    const plan = await user.plain("preview --json --diff");
    const state = execFileSync("sh", ["-c", `cat '${file}'; grep -r . .pulumi-state`], {
      cwd: user.clone.path,
      encoding: "latin1",
      maxBuffer: 2 ** 28,
    });
    expect(state.length).toBeGreaterThan(10_000);
    expect(foundIn(state + plan.output)).toStrictEqual([]);
  });

  test("none is in a command line, nor in the environment of a process that needs none", async () => {
    const script = `for process in /proc/[0-9]*; do
      name=$(cat "$process/comm")
      tr '\\0' ' ' < "$process/cmdline"; echo
      case $name in kalisi-gateway | agent-runtime-s | neo4j-ui) ;;
        *) tr '\\0' ' ' < "$process/environ"; echo ;;
      esac
    done 2> /dev/null || true`;
    const shown = await user.inside("bash", "-c", script);
    expect(shown).toContain("redis-server");
    expect(foundIn(shown)).toStrictEqual([]);
  });

  test("none is in a file of the container that everybody there can read", async () => {
    const script =
      "find / -xdev -type f -perm -o=r -newer /etc/hostname -size -4M -not -path '/proc/*' -not -path '/opt/*' -print0 2> /dev/null | xargs -0 cat 2> /dev/null | base64 -w0 | head -c 60000000";
    const readable = Buffer.from(await user.inside("bash", "-c", script), "base64").toString(
      "latin1",
    );
    expect(foundIn(readable)).toStrictEqual([]);
  });
}
