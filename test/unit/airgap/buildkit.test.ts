import { decodeTrace } from "../../../airgap/plugins/docker/buildkit";
import { buildTrace } from "../../support/build-trace";

test("a step is shown when it starts, not when it ends or the cache has it", () => {
  const { started } = decodeTrace(
    buildTrace([
      { digest: "1", name: "[1/3] FROM a", cached: true, started: true, completed: true },
      { digest: "2", name: "[2/3] RUN b", started: true },
      { digest: "3", name: "[3/3] RUN c", started: true, completed: true },
      { digest: "4", name: "not yet" },
    ]),
  );
  expect(started).toEqual([{ step: "2", text: "[2/3] RUN b" }]);
});

test("what a step prints is told line by line", () => {
  expect(decodeTrace(buildTrace([], [["2", "größe\r\n\ntwo\n"]])).printed).toEqual([
    { step: "2", text: "größe" },
    { step: "2", text: "two" },
  ]);
});

test("the step that failed is told from those that were cancelled with it", () => {
  const failed = decodeTrace(
    buildTrace([
      { digest: "1", name: "a", completed: true, error: "context canceled" },
      { digest: "2", name: "b", completed: true, error: "exit code: 3" },
    ]),
  ).failed;
  expect(failed).toBe("2");
});
