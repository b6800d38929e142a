import { appendFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type Docker from "dockerode";
import { lockFolder } from "../../config/engine/state-file";
import { changing } from "./changing";
import { pauseContainer } from "./e2e/pause";
import { docker } from "./e2e/probe";
import { Session } from "./e2e/session";
import { stackBeside } from "./e2e/stack";
import { eventually } from "./eventually";
import { writeText } from "./files";
import { makeRoom, tryRow, type Ground, type Row } from "./wild";

const minutes = 60_000;

/** A clone whose stack is up. */
export interface Running extends Ground {
  readonly user: Session;
}

/**
 * Tries a table of rows in a fresh clone whose stack is up, on a real Engine. After each row its container is the same
 * one, and healthy.
 */
export function tryRowsOnRunning(rows: readonly Row<Running>[]): void {
  let place: Running;
  let container: string;

  beforeAll(async () => {
    const user = new Session(await stackBeside("running"));
    place = { user, clone: user.clone, home: makeRoom(user.clone), key: `${user.key}.pub` };
    await user.prepare();
    await user.start();
    container = (await user.inspect()).Id;
  }, 40 * minutes);

  afterAll(() => place.user.end(), minutes);

  const environment = (env: Readonly<Record<string, string>>) => ({
    ...place.user.env,
    PULUMI_STACK: place.user.stack.name,
    npm_config_update_notifier: "false",
    ...env,
  });

  test.each(rows.map((row) => [row.given, row.typed, row] as const))(
    "%s: %s",
    async (_, __, row) => {
      await tryRow(row, place, environment);
      await eventually(60, async () => {
        const { Id, State } = await place.user.inspect();
        expect(Id).toBe(container);
        const { Status, Log } = State.Health ?? {};
        const healthy = Status === "healthy" && !State.Paused;
        return healthy ? undefined : `${State.Status}, ${Log?.at(-1)?.Output ?? "never checked"}`;
      });
    },
    2 * minutes,
  );
}

const file = "examples/source/.env";
const settings = ({ user }: Running) => `Pulumi.${user.stack.name}.yaml`;

/** Adds lines to the source tree's settings. */
export const adding = (lines: string) =>
  changing(file, (path) => {
    appendFileSync(path, `${lines}\n`);
  });

/** Has other lines in the stack's own settings. */
export const configured = (lines: string) => (running: Running) =>
  changing(settings(running), (path) => {
    writeText(path, lines);
  })(running);

/** Something done to the container by hand, and what undoes it. */
const byHand =
  (act: (one: Docker.Container, user: Session) => Promise<unknown>, undo: typeof act) =>
  async ({ user }: Running) => {
    const one = docker.getContainer((await user.inspect()).Id);
    await act(one, user);
    return async () => {
      await undo(one, user);
    };
  };

export const pausing = byHand(pauseContainer, (one) => one.unpause());

export const renaming = byHand(
  (one, user) => one.rename({ name: `${user.stack.names.container}-mine` }),
  (one, user) => one.rename({ name: user.stack.names.container }),
);

export const stopping = async ({ user }: Running) => {
  await user.inside("s6-svc", "-wD", "-T", "20000", "-d", "/run/service/neo4j-ui");
  return async () => {
    await user.inside("s6-svc", "-wU", "-T", "20000", "-u", "/run/service/neo4j-ui");
  };
};

/** What Pulumi leaves where it is killed. No process has a number as high: `PID_MAX_LIMIT` of proc_pid_max(5). */
export const locked = ({ clone, user }: Running): undefined => {
  const lock = join(lockFolder(clone.path, user.stack.name, {}) ?? "", "1.json");
  const timestamp = new Date().toISOString();
  writeText(
    lock,
    JSON.stringify({ pid: 2 ** 22 + 1, username: "me", hostname: hostname(), timestamp }),
  );
};
