import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent, OpType } from "@pulumi/pulumi/automation";
import { BuildSteps } from "../../cli/progress/build-steps";
import { ChangeTracker } from "../../cli/progress/changes";
import { LineView } from "../../cli/progress/line-view";
import { LiveView } from "../../cli/progress/live-view";

const recorded = JSON.parse(
  readFileSync(
    join(__dirname, "..", "fixtures", "official-plugins", "events-failed-build.json"),
    "utf8",
  ),
) as EngineEvent[];

const image = "docker:index/image:Image";
const imageUrn =
  "urn:pulumi:off::kalisi::kalisi:components:KalisiImage$docker:index/image:Image::image-build";

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

const event = (parts: object) => parts as unknown as EngineEvent;
const metadata = (op: OpType, type: string, name: string, more: object = {}) => ({
  metadata: { op, type, urn: `urn:pulumi:off::kalisi::${type}::${name}`, ...more },
});
const begins = (...[op, type, name, more]: Parameters<typeof metadata>) =>
  event({ resourcePreEvent: metadata(op, type, name, more) });
const ends = (...[op, type, name, more]: Parameters<typeof metadata>) =>
  event({ resOutputsEvent: metadata(op, type, name, more) });
const says = (type: string, name: string, message: string, severity = "info") =>
  event({ diagnosticEvent: { urn: metadata("same", type, name).metadata.urn, message, severity } });

/** The lines of a log, of events each of which comes so many seconds after the one before. */
function linesOf(events: readonly EngineEvent[], seconds = 0): readonly string[] {
  const lines: string[] = [];
  const view = new LineView((line) => lines.push(line), "Pulumi");
  const tracker = new ChangeTracker(view);
  for (const each of events) {
    tracker.onEvent(each);
    jest.advanceTimersByTime(seconds * 1000);
  }
  view.close();
  return lines.filter((line) => !line.startsWith("  ..."));
}

test("a line says that a resource begins to change, one that it has; what stays is one count", () => {
  const volume = "docker:index/volume:Volume";
  const lines = linesOf(
    [
      begins("same", "pulumi:pulumi:Stack", "kalisi-off"),
      begins("refresh", volume, "volumes-home"),
      ends("refresh", volume, "volumes-home"),
      begins("create", "kalisi:components:KalisiVolumes", "volumes"),
      begins("create", volume, "volumes-home"),
      ends("create", volume, "volumes-home"),
      begins("delete-replaced", "docker:index/container:Container", "container-run"),
      ends("delete-replaced", "docker:index/container:Container", "container-run"),
      begins("replace", "docker:index/container:Container", "container-run"),
      ends("replace", "docker:index/container:Container", "container-run"),
      begins("delete", volume, "volumes-neo4j", { old: { retainOnDelete: true } }),
      ends("delete", volume, "volumes-neo4j", { old: { retainOnDelete: true } }),
      event({
        summaryEvent: {
          resourceChanges: { same: 12, replace: 3, create: 1, delete: 1 },
          durationSeconds: 83,
        },
      }),
    ],
    2,
  );
  expect(lines).toStrictEqual([
    "  volumes-home: creating",
    "  volumes-home: created (2 s)",
    "  container-run: removing the former one",
    "  container-run: removed the former one (2 s)",
    "  volumes-neo4j: leaving",
    "  volumes-neo4j: kept (2 s)",
    "Resources: 1 created, 3 replaced, 1 kept, 12 unchanged (1 min 23 s)",
  ]);
});

test("of a build a line is shown every ten seconds at most, with its steps, as the official plugin tells them", () => {
  const events = [
    begins("update", image, "image-build"),
    ...recorded.map((each) =>
      each.diagnosticEvent?.urn === undefined
        ? each
        : event({ diagnosticEvent: { ...each.diagnosticEvent, urn: of(image, "image-build") } }),
    ),
    event({ resOpFailedEvent: metadata("update", image, "image-build") }),
  ];
  expect(linesOf(events, 0)).toStrictEqual([
    "  image-build: updating",
    "  image-build: failed (0 s)",
  ]);
  const slow = linesOf(events, 4);
  expect(slow.length).toBeLessThan(recorded.length / 2);
  expect(slow).toContainEqual(
    expect.stringMatching(
      /^ {2}image-build: \d+ of \d+ steps, .*: \[template 6\/6\] RUN .*\.\.\.$/,
    ),
  );
  expect(slow.join("\n")).not.toMatch(/digest: /);
  expect(imageUrn.endsWith("::image-build")).toBe(true);
});

const of = (type: string, name: string) => metadata("same", type, name).metadata.urn;

test("a command's own words are shown as they come, a warning once, and nothing of what is not changing", () => {
  const command = "command:local:Command";
  const lines = linesOf([
    says(command, "health-wait", "too early"),
    begins("create", command, "health-wait"),
    says(command, "health-wait", "redis is ready\n"),
    says(command, "health-wait", "neo4j is ready\n", "info#err"),
    says("pulumi:pulumi:Stack", "kalisi-off", "<{%fg 3%}>No SSH key\n<{%reset%}>", "warning"),
    says("pulumi:pulumi:Stack", "kalisi-off", "No SSH key", "warning"),
    says(command, "health-wait", "a reason", "error"),
  ]);
  expect(lines).toStrictEqual([
    "  health-wait: creating",
    "  health-wait: redis is ready",
    "  health-wait: neo4j is ready",
    "warning: No SSH key",
  ]);
});

test("a build's steps are counted by stage", () => {
  const steps = new BuildSteps();
  expect(steps.count).toBeUndefined();
  expect(steps.take("[internal] load build definition")).toBe(false);
  expect(steps.take("[rust-build 3/7] RUN cargo build")).toBe(true);
  expect(steps.take("[1/4] FROM docker.io/library/ubuntu")).toBe(true);
  steps.take("[rust-build 2/7] COPY . .");
  steps.take("Compiling [a 1/2] crate");
  expect(steps.count).toStrictEqual({ done: 2, known: 11 });
});

describe("on a terminal", () => {
  /** What a terminal of so many columns shows: the lines that stay, and each drawing below them. */
  function watch(columns: number, events: readonly EngineEvent[]) {
    const stays: string[] = [];
    const drawings: string[] = [];
    const calls: string[] = [];
    const screen = Object.assign(
      (text: string) => {
        drawings.push(text);
      },
      {
        clear: () => calls.push("clear"),
        done: () => calls.push("done"),
        persist: (line: string) => stays.push(line),
      },
    );
    const view = new LiveView(screen, () => columns);
    const tracker = new ChangeTracker(view);
    for (const each of events) {
      tracker.onEvent(each);
      jest.advanceTimersByTime(1000);
    }
    view.close();
    return { stays, drawings, calls };
  }

  const build = [
    begins("create", image, "image-build"),
    begins("create", "command:local:Command", "health-wait"),
    says(image, "image-build", "[rust-build 4/6] RUN cargo\n  build --release --locked"),
    says("command:local:Command", "health-wait", "redis is ready"),
    ends("create", image, "image-build"),
  ];

  test("each change has a line with its time, a build a bar; what has ended stays", () => {
    const { stays, drawings } = watch(100, build);
    expect(drawings).toContain(
      "  image-build: creating  ██████░░░░░░ 3/6  3 s  [rust-build 4/6] RUN cargo build --release --locked\n  health-wait: creating  2 s",
    );
    expect(stays).toStrictEqual(["  health-wait: redis is ready", "✔ image-build: created (4 s)"]);
    expect(drawings.at(-1)).toMatch(/^ {2}health-wait: creating {2}\d s {2}redis is ready$/);
  });

  test("no line is wider than the terminal, and the drawing is ended", () => {
    const { drawings, calls } = watch(40, build);
    const widest = Math.max(
      ...drawings.flatMap((text) => text.split("\n").map((line) => line.length)),
    );
    expect(widest).toBe(39);
    expect(calls.slice(-2)).toStrictEqual(["clear", "done"]);
  });
});
