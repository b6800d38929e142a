import { BinaryWriter } from "google-protobuf";
import { decodeTrace } from "../../../airgap/plugins/docker/buildkit";

interface Vertex {
  digest: string;
  name: string;
  cached?: boolean;
  started?: boolean;
  completed?: boolean;
  error?: string;
}

function trace(vertices: Vertex[], logs: [string, string][] = []): string {
  const writer = new BinaryWriter();
  for (const vertex of vertices) {
    writer.writeMessage(1, vertex, () => {
      writer.writeString(1, vertex.digest);
      writer.writeString(3, vertex.name);
      if (vertex.cached) {
        writer.writeBool(4, true);
      }
      if (vertex.started) {
        writer.writeBytes(5, new Uint8Array([8, 1]));
      }
      if (vertex.completed) {
        writer.writeBytes(6, new Uint8Array([8, 2]));
      }
      if (vertex.error !== undefined) {
        writer.writeString(7, vertex.error);
      }
    });
  }
  for (const [step, text] of logs) {
    writer.writeMessage(3, text, () => {
      writer.writeString(1, step);
      writer.writeInt64(3, 1);
      writer.writeBytes(4, new Uint8Array(Buffer.from(text)));
    });
  }
  return Buffer.from(writer.getResultBuffer()).toString("base64");
}

test("a step is shown when it starts, not when it ends or the cache has it", () => {
  const { started } = decodeTrace(
    trace([
      { digest: "1", name: "[1/3] FROM a", cached: true, started: true, completed: true },
      { digest: "2", name: "[2/3] RUN b", started: true },
      { digest: "3", name: "[3/3] RUN c", started: true, completed: true },
      { digest: "4", name: "not yet" },
    ]),
  );
  expect(started).toEqual([{ step: "2", text: "[2/3] RUN b" }]);
});

test("what a step prints is told line by line", () => {
  expect(decodeTrace(trace([], [["2", "größe\r\n\ntwo\n"]])).printed).toEqual([
    { step: "2", text: "größe" },
    { step: "2", text: "two" },
  ]);
});

test("the step that failed is told from those that were cancelled with it", () => {
  const failed = decodeTrace(
    trace([
      { digest: "1", name: "a", completed: true, error: "context canceled" },
      { digest: "2", name: "b", completed: true, error: "exit code: 3" },
    ]),
  ).failed;
  expect(failed).toBe("2");
});
