import { BinaryReader } from "google-protobuf";

/** One line of a build's output: a step that starts, or what a step prints. */
export interface BuildLine {
  kind: "step" | "output" | "error";
  text: string;
}

type Fields = Map<number, (Uint8Array | number)[]>;

const LENGTH_DELIMITED = 2;
const VARINT = 0;

function decode(message: Uint8Array): Fields {
  const reader = new BinaryReader(message);
  const fields: Fields = new Map();
  while (reader.nextField()) {
    const number = reader.getFieldNumber();
    const wireType: number = reader.getWireType();
    const values = fields.get(number) ?? [];
    if (wireType === LENGTH_DELIMITED) values.push(reader.readBytes());
    else if (wireType === VARINT) values.push(reader.readInt64());
    else reader.skipField();
    fields.set(number, values);
  }
  return fields;
}

function messages(fields: Fields, number: number): Fields[] {
  return (fields.get(number) ?? []).flatMap((value) =>
    typeof value === "number" ? [] : [decode(value)],
  );
}

function string(fields: Fields, number: number): string {
  const value = fields.get(number)?.[0];
  return typeof value === "object" ? Buffer.from(value).toString("utf8") : "";
}

/**
 * The lines of one `moby.buildkit.trace` message. dockerode decodes these too, but hands out what a
 * step prints still in base64. Field numbers: moby/buildkit, api/services/control/control.proto.
 */
export function traceLines(base64: string): BuildLine[] {
  const status = decode(Buffer.from(base64, "base64"));
  const steps = messages(status, 1).flatMap((vertex): BuildLine[] => {
    const [name, cached, error] = [string(vertex, 3), vertex.has(4), string(vertex, 7)];
    const [started, completed] = [vertex.has(5), vertex.has(6)];
    if (error !== "") return [{ kind: "error", text: `${name}: ${error}` }];
    if (completed ? !cached : !started) return [];
    return [{ kind: "step", text: cached ? `${name} (cached)` : name }];
  });
  const output = messages(status, 3).flatMap((log) =>
    string(log, 4)
      .split(/\r?\n|\r/)
      .filter((line) => line.trim() !== "")
      .map((text): BuildLine => ({ kind: "output", text })),
  );
  return [...steps, ...output];
}
