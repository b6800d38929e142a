import type { ClusterEvent, Pod } from "./objects";

/** What keeps a pod from being ready. */
export interface Hindrance {
  /** One line, in the cluster's words. */
  readonly reason: string;
  /** Whether it stays so, however long one waits. */
  readonly isFinal: boolean;
}

/** Why an image is not there, or cannot be run: the kubelet tries again, but nothing changes by itself. */
const finalReasons = new Set([
  "ImagePullBackOff",
  "InvalidImageName",
  "ErrImageNeverPull",
  "CreateContainerConfigError",
  "CreateContainerError",
  "RunContainerError",
]);

/** Of what events tell, that which a pod waits for. */
const eventReasons = new Set([
  "FailedMount",
  "FailedAttachVolume",
  "FailedBinding",
  "ProvisioningFailed",
  "FailedCreate",
  "FailedScheduling",
]);

/** Whether everything in a pod answers. */
export function isReady({ metadata, status }: Pod): boolean {
  return (
    metadata.deletionTimestamp === undefined && conditionOf(status, "Ready")?.status === "True"
  );
}

/** What a pod itself shows of what keeps it from starting; undefined where it is only on its way. */
export function hindranceOf({ status }: Pod): Hindrance | undefined {
  const scheduled = conditionOf(status, "PodScheduled");
  if (scheduled?.status === "False") {
    const why = scheduled.message ?? scheduled.reason ?? "";
    return { reason: `no node takes it: ${oneLine(why)}`, isFinal: false };
  }
  const waiting = status.containerStatuses?.[0]?.state?.waiting;
  if (waiting?.reason === undefined || !finalReasons.has(waiting.reason)) {
    return undefined;
  }
  return { reason: oneLine(`${waiting.reason}: ${waiting.message ?? ""}`), isFinal: true };
}

/** What an event tells of what a stack waits for. */
export function hindranceOfEvent({ type, reason = "", message = "" }: ClusterEvent) {
  return type === "Warning" && eventReasons.has(reason)
    ? oneLine(`${reason}: ${message}`)
    : undefined;
}

function conditionOf({ conditions = [] }: Pod["status"], type: string) {
  return conditions.find((condition) => condition.type === type);
}

function oneLine(words: string): string {
  return words.replace(/\s+/g, " ").trim();
}
