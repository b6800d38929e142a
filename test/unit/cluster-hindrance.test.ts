import { hindranceOf, hindranceOfEvent, isReady } from "../../config/cluster/hindrance";
import type { Pod } from "../../config/cluster/objects";

const pod = (status: Pod["status"], more: Partial<Pod["metadata"]> = {}): Pod => ({
  metadata: { name: "kalisi-0", ...more },
  spec: {},
  status,
});

const waiting = (reason: string, message = "") =>
  pod({ containerStatuses: [{ restartCount: 0, state: { waiting: { reason, message } } }] });

test.each([
  ["ImagePullBackOff", true],
  ["CreateContainerConfigError", true],
  ["ContainerCreating", false],
  ["ErrImagePull", false],
])("a container that waits for %s: whether that is final", (reason, isFinal) => {
  expect(hindranceOf(waiting(reason, "the\n  words"))).toStrictEqual(
    isFinal ? { reason: `${reason}: the words`, isFinal } : undefined,
  );
});

test("a pod that no node takes may get one yet", () => {
  const message = "0/3 nodes are available: 3 Insufficient memory.";
  const conditions = [{ type: "PodScheduled", status: "False", message }];
  expect(hindranceOf(pod({ conditions }))).toStrictEqual({
    reason: `no node takes it: ${message}`,
    isFinal: false,
  });
});

test.each([
  ["FailedMount", "Warning", true],
  ["FailedMount", "Normal", false],
  ["Unhealthy", "Warning", false],
])("an event %s of type %s", (reason, type, isTold) => {
  const event = { involvedObject: { kind: "Pod", name: "kalisi-0" }, type, reason, message: "why" };
  expect(hindranceOfEvent(event)).toBe(isTold ? `${reason}: why` : undefined);
});

test("a pod that ends is not ready any more", () => {
  const status = { conditions: [{ type: "Ready", status: "True" }] };
  expect(isReady(pod(status))).toBe(true);
  expect(isReady(pod(status, { deletionTimestamp: "2026-01-01T00:00:00Z" }))).toBe(false);
});
