import { text, type Props } from "../values";

export const bytesPerMebibyte = 1024 * 1024;

/**
 * What the official plugin's bridge to Terraform keeps beside a resource: without it, it would take
 * a state of ours for one of its oldest schema and migrate it.
 */
export function schemaVersion(version: number): Props {
  return { __meta: JSON.stringify({ schema_version: String(version) }) };
}

/** A list of labels as the Engine has them: values by their names. */
export function labelMap(labels: readonly Props[]): Record<string, string> {
  return Object.fromEntries(
    labels.map(({ label, value }) => [text(label) ?? "", text(value) ?? ""] as const),
  );
}
