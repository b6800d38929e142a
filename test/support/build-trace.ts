import { BinaryWriter } from "google-protobuf";

/** A step of a build, as BuildKit's trace has it. */
export interface Step {
  readonly digest: string;
  readonly name: string;
  readonly cached?: boolean;
  readonly started?: boolean;
  readonly completed?: boolean;
  readonly error?: string;
}

/**
 * A message of BuildKit's trace, in base64 as the Engine sends it.
 *
 * @param logs what steps print, each with the step's digest
 */
export function buildTrace(
  steps: readonly Step[],
  logs: readonly (readonly [digest: string, text: string])[] = [],
): string {
  const writer = new BinaryWriter();
  for (const step of steps) {
    writer.writeMessage(1, step, () => {
      writer.writeString(1, step.digest);
      writer.writeString(3, step.name);
      if (step.cached) {
        writer.writeBool(4, true);
      }
      if (step.started) {
        writer.writeBytes(5, new Uint8Array([8, 1]));
      }
      if (step.completed) {
        writer.writeBytes(6, new Uint8Array([8, 2]));
      }
      if (step.error !== undefined) {
        writer.writeString(7, step.error);
      }
    });
  }
  for (const [digest, text] of logs) {
    writer.writeMessage(3, text, () => {
      writer.writeString(1, digest);
      writer.writeInt64(3, 1);
      writer.writeBytes(4, new Uint8Array(Buffer.from(text)));
    });
  }
  return Buffer.from(writer.getResultBuffer()).toString("base64");
}
