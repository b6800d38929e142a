import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { EngineEvent } from "@pulumi/pulumi/automation";
import { codeOfCommand, FailureRecorder, reasonOfCommand } from "../../cli/progress/failures";

const fixtures = join(__dirname, "..", "fixtures", "official-plugins");
const stack = "urn:pulumi:dev::kalisi::pulumi:pulumi:Stack::kalisi-dev";

function reasonOf(events: readonly EngineEvent[]): string | undefined {
  const recorder = new FailureRecorder();
  events.forEach((event) => {
    recorder.onEvent(event);
  });
  return recorder.reason;
}

function diagnostic(message: string, more: object = {}): EngineEvent {
  return {
    diagnosticEvent: { severity: "error", message, color: "never", ...more },
  } as unknown as EngineEvent;
}

test("of a build that fails, the failing step is shown with its last lines, and the reason last", () => {
  const content = readFileSync(join(fixtures, "events-failed-build.json"), "utf8");
  const lines = reasonOf(JSON.parse(content) as EngineEvent[])?.split("\n") ?? [];
  expect(lines.at(-1)).toMatch(/^image-build: error reading build output: .*exit code: 4$/);
  expect(lines).toContain("about to fail");
  expect(lines).toContain("some stderr words");
  expect(lines.join("\n")).toMatch(/^\[stage-20 1\/1\] RUN echo "about to fail"/m);
  expect(lines.join("\n")).not.toMatch(/digest: |Building your image for|update failed/);
  expect(lines.length).toBeLessThan(20);
});

test.each([
  'exit status 1: running "node":\nconnect ENOENT /var/run/docker.sock',
  "failed to connect to any docker daemon",
  "no Docker Engine answers at tcp://127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1",
])("of an Engine that is lost on the way, it is told what to do: %s", (message) => {
  const recorder = new FailureRecorder();
  recorder.onEvent(diagnostic(message, { urn: stack }));
  expect(recorder.reason).toMatch(/\nThe Docker Engine does not answer any more: npm run doctor/);
  expect(recorder.code).toBe("KALISI-ENGINE-UNREACHABLE");
  expect(codeOfCommand(new Error(message))).toBe("KALISI-ENGINE-UNREACHABLE");
});

test("a refusal is shown whole, once, and without colours", () => {
  const problems = Array.from({ length: 11 }, (_, at) => `  kalisi:key${at}: wrong\n    fix: it`);
  const message = ["Nothing was changed: 11 settings need attention.", ...problems].join("\n");
  const coloured = `<{%fg 1%}>${message}<{%reset%}>\n`;
  expect(
    reasonOf([
      diagnostic(coloured, { urn: stack }),
      diagnostic(coloured, { urn: stack }),
      diagnostic("preview failed"),
    ]),
  ).toBe(message);
});

test("every resource that failed is named", () => {
  const urn = (name: string) => `urn:pulumi:dev::kalisi::command:local:Command::${name}`;
  expect(
    reasonOf([
      diagnostic("one", { urn: urn("a") }),
      diagnostic("no reason", { urn: urn("b"), severity: "info" }),
      diagnostic("two", { urn: urn("c") }),
    ]),
  ).toBe("a: one\nc: two");
  expect(reasonOf([diagnostic("update failed")])).toBeUndefined();
});

test("what the engine itself refuses is a policy's refusal", () => {
  const recorder = new FailureRecorder();
  const policyEvent = { policyName: "not-privileged", message: "It is privileged." };
  const hear = (enforcementLevel: string) => {
    const event = { policyEvent: { ...policyEvent, enforcementLevel } };
    recorder.onEvent(event as unknown as EngineEvent);
    return recorder.code;
  };
  expect(hear("advisory")).toBe("KALISI-PULUMI-FAILED");
  expect(hear("mandatory")).toBe("KALISI-POLICY-REFUSED");
});

test("what no event told is what Pulumi wrote, with what to do about it", () => {
  const error = new Error(
    "code: 255\n stdout: \n stderr: error: getting secrets manager: incorrect passphrase\n err?: undefined\n",
  );
  const lines = reasonOfCommand(error).split("\n");
  expect(lines[0]).toBe("error: getting secrets manager: incorrect passphrase");
  expect(lines.at(-1)).toContain("unset PULUMI_CONFIG_PASSPHRASE");
  expect(reasonOfCommand(new Error("plain"))).toBe("plain");
});

test("of a stack that is locked, the command that frees this very one is named", () => {
  const url = "file:///a/locks/b/.pulumi/locks/organization/kalisi/blue/4-2.json";
  const error = new Error(
    `code: 255\n stdout: \n stderr: error: the stack is currently locked by 1 lock(s). Either wait ... \n  ${url}: created by root@host (pid 1) at 2026-11-26T16:00:00Z\n err?: undefined\n`,
  );
  expect(reasonOfCommand(error).split("\n").at(-1)).toBe(
    "If that is no longer at work, free the stack: npm run pulumi -- cancel --yes --stack blue",
  );
});

test.each(["the connection to the Engine was lost", "ssh: Timeout, server far not responding"])(
  "an Engine that is lost on the way is told with what to do: %s",
  (message) => {
    const recorder = new FailureRecorder();
    recorder.onEvent(diagnostic(message, { urn: "urn:pulumi:dev::kalisi::a:b:C::image-build" }));
    expect(recorder.code).toBe("KALISI-ENGINE-UNREACHABLE");
    expect(recorder.reason?.split("\n").at(-1)).toContain("the same command goes on");
  },
);
