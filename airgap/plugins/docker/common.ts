import { setTimeout } from "node:timers/promises";
import { text, type Props } from "../values";

export function labelMap(labels: Props[]): Record<string, string> {
  return Object.fromEntries(
    labels.map(({ label, value }) => [text(label) ?? "", text(value) ?? ""] as const),
  );
}

export function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
  return setTimeout(milliseconds, undefined, signal ? { signal } : {});
}
