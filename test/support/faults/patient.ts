import { parse } from "dotenv";
import { docker } from "../e2e/probe";
import { eventually } from "../eventually";
import { TestContainer } from "../image/container";
import { exampleSettings } from "../image/declared";
import type { Wishes } from "../image/wishes";
import type { Disks } from "./disks";
import type { Outcome } from "./matrix";
import { Writer } from "./writer";

/** What is done to a container, and what is to follow. */
export interface Fault {
  readonly strike: () => Promise<unknown>;
  /** Waits until a user could see something of it; returns what. */
  readonly sees: () => Promise<string>;
  /** What the user does about it. @default nothing */
  readonly mend?: () => Promise<unknown>;
  /** Resolves once what the fault has hit is there again, well or not. @default at once */
  readonly until?: () => Promise<unknown>;
}

/**
 * Strikes, and waits until all is well again: each service, and each kind of write.
 *
 * @param writerOf who writes now
 */
export async function survive(
  writerOf: () => Writer,
  untilHealthy: () => Promise<unknown>,
  { strike, sees, mend, until }: Fault,
): Promise<Outcome> {
  await writerOf().untilWriting();
  const before = writerOf().acknowledged.total;
  let began = performance.now();
  await strike();
  const seen = await sees();
  if (mend !== undefined) {
    began = performance.now();
    await mend();
  }
  await until?.();
  await untilHealthy();
  await writerOf().untilWriting();
  const seconds = (performance.now() - began) / 1000;
  const lost = await writerOf().lost();
  if (lost.length > 0) {
    throw new Error(`${lost.length} lost, such as ${lost.slice(0, 10).join(", ")}`);
  }
  const acknowledged = writerOf().acknowledged.total - before;
  return { sees: seen, seconds, writes: { acknowledged, lost: 0 } };
}

/** A healthy container whose stores are written to all the time. */
export class Patient {
  private constructor(
    readonly kalisi: TestContainer,
    private writer: Writer,
  ) {}

  static async start(wishes: Wishes = {}): Promise<Patient> {
    const settings = exampleSettings();
    const kalisi = await TestContainer.start({ settings, ...wishes });
    try {
      // Before that the database has another password, and too many wrong ones would lock it.
      await kalisi.untilHealthy();
    } catch (error) {
      await kalisi.remove();
      throw error;
    }
    const password = parse(settings)["NEO4J_PASSWORD"] ?? "";
    return new Patient(kalisi, new Writer(kalisi.names.container, password));
  }

  async remove(): Promise<void> {
    await this.writer.stop();
    await this.kalisi.remove();
  }

  /** {@link survive}, where all is well again once the health check says so. */
  survive(fault: Fault): Promise<Outcome> {
    return survive(
      () => this.writer,
      () => this.kalisi.untilHealthy(),
      fault,
    );
  }

  /** Cuts the power of the disks under the container: what is acknowledged afterwards counts no more. */
  async cutPower(disks: Disks): Promise<void> {
    const promised = this.writer.acknowledged.now();
    await disks.cutPower();
    await docker.getContainer(this.kalisi.names.container).kill();
    await this.writer.stop();
    await disks.replug();
    this.writer = this.writer.goOnFrom(promised);
  }

  /** Waits for a line of the health check; returns it as a user reads it. */
  async reported(pattern: RegExp): Promise<string> {
    let line: string | undefined;
    await eventually(60, async () => {
      const { stdout } = await this.kalisi.run("kalisi-health");
      line = pattern.exec(stdout)?.[0];
      return line === undefined ? `no ${String(pattern)} in: ${stdout}` : undefined;
    });
    return `\`kalisi-health\`: ${String(line)}`;
  }

  /** Waits until a service has another process than before. */
  untilReplaced(service: string, pid: string): Promise<void> {
    return eventually(120, async () =>
      (await this.kalisi.pid(service)) === pid ? `${service} is still ${pid}` : undefined,
    );
  }

  /** Waits until the container has been started anew, by whomever. */
  untilStartedAfter(startedAt: string): Promise<void> {
    return eventually(120, async () => {
      const { State } = await this.kalisi.inspect();
      return State.Running && State.StartedAt !== startedAt ? undefined : JSON.stringify(State);
    });
  }
}
