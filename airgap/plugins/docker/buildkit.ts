import { BinaryReader } from "google-protobuf";

/** A line of text and the digest of its step. */
export interface Line {
  readonly step: string;
  readonly text: string;
}

/** What one message of BuildKit's trace says. */
export interface Trace {
  /** Steps that start; not those that the cache answers. */
  readonly started: readonly Line[];
  readonly printed: readonly Line[];
  /** The digest of a step that failed. */
  readonly failed?: string;
}

/** A message's values by the numbers of their fields. */
type Fields = ReadonlyMap<number, readonly (Uint8Array | number)[]>;

/** How a field is encoded: https://protobuf.dev/programming-guides/encoding/#structure */
const varint = 0;
const lengthDelimited = 2;

function decode(message: Uint8Array): Fields {
  const reader = new BinaryReader(message);
  const fields = new Map<number, (Uint8Array | number)[]>();
  while (reader.nextField()) {
    const number = reader.getFieldNumber();
    const wireType: number = reader.getWireType();
    const values = fields.get(number) ?? [];
    if (wireType === lengthDelimited) {
      values.push(reader.readBytes());
    } else if (wireType === varint) {
      values.push(reader.readInt64());
    } else {
      reader.skipField();
    }
    fields.set(number, values);
  }
  return fields;
}

function messages(fields: Fields, number: number): readonly Fields[] {
  return (fields.get(number) ?? []).flatMap((value) =>
    typeof value === "number" ? [] : [decode(value)],
  );
}

function string(fields: Fields, number: number): string {
  const value = fields.get(number)?.[0];
  return typeof value === "object" ? Buffer.from(value).toString("utf8") : "";
}

/**
 * Decodes one `moby.buildkit.trace` message. dockerode does this too, but hands out what a step
 * prints still in base64. Field numbers: moby/buildkit, api/services/control/control.proto.
 */
export function decodeTrace(base64: string): Trace {
  const status = decode(Buffer.from(base64, "base64"));
  const vertices = messages(status, 1).map((vertex) => ({
    step: string(vertex, 1),
    name: string(vertex, 3),
    cached: vertex.has(4),
    running: vertex.has(5) && !vertex.has(6),
    error: string(vertex, 7),
  }));
  const started = vertices
    .filter(({ cached, running }) => running && !cached)
    .map(({ step, name }) => ({ step, text: name }));
  const printed = messages(status, 3).flatMap((log) =>
    string(log, 4)
      .split(/\r?\n|\r/)
      .filter((text) => text.trim() !== "")
      .map((text) => ({ step: string(log, 1), text })),
  );
  // Steps that ran beside the failed one end as cancelled.
  const failed = vertices.find(({ error }) => error !== "" && !error.includes("context canceled"));
  return { started, printed, ...(failed ? { failed: failed.step } : {}) };
}
