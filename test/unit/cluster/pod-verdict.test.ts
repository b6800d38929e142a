import { waitForPod } from "../../../components/commands/pod-verdict";
import { useFakeKubectl } from "../../support/fake-kubectl";

const kubectl = useFakeKubectl();
const place = { context: "far", namespace: "kalisi-x" };

const seen = (object: unknown) => `echo '${JSON.stringify({ type: "ADDED", object })}'`;
const set = (updateRevision: string, observedGeneration = 2) =>
  seen({
    metadata: { name: "kalisi", generation: 2 },
    status: { observedGeneration, updateRevision },
  });
const pod = (revision: string, status: object) =>
  seen({
    metadata: { name: "kalisi-0", labels: { "controller-revision-hash": revision } },
    spec: { nodeName: "first" },
    status,
  });
const event = (message: string) =>
  seen({
    involvedObject: { kind: "Pod", name: "kalisi-0" },
    ...{ type: "Warning", reason: "FailedMount", message, lastTimestamp: "2999-01-01T00:00:00Z" },
  });

const ready = { conditions: [{ type: "Ready", status: "True" }] };
const waiting = (reason: string) => ({
  containerStatuses: [{ restartCount: 0, state: { waiting: { reason, message: "why" } } }],
});
const running = {
  containerStatuses: [{ restartCount: 0, state: { running: { startedAt: "2026-01-01" } } }],
};

/** Each watch shows these, and goes on. */
function shows(sets: readonly string[], pods: readonly string[], events: readonly string[] = []) {
  const watch = (what: string, lines: readonly string[]) =>
    `*"/${what}?"*) ${[...lines, "exec sleep 60"].join("; ")} ;;`;
  kubectl.does(
    [watch("statefulsets", sets), watch("pods", pods), watch("events", events)].join("\n"),
  );
}

async function wait(seconds = 30) {
  const said: string[] = [];
  const verdict = await waitForPod(place, seconds, (line) => said.push(line));
  return { verdict, said };
}

test("a pod of the newest version that is ready", async () => {
  shows([set("new")], [pod("new", ready)]);
  await expect(wait()).resolves.toStrictEqual({
    verdict: { kind: "ready", node: "first" },
    said: [],
  });
});

test("the pod before it does not count, however well it is", async () => {
  shows([set("new")], [pod("old", ready), "sleep 0.3", pod("new", waiting("ImagePullBackOff"))]);
  const { verdict } = await wait();
  expect(verdict).toStrictEqual({ kind: "hindered", reason: "ImagePullBackOff: why" });
});

test("nor does what the controller said before it has seen the edit", async () => {
  shows([set("old", 1)], [pod("old", ready)]);
  await expect(wait(1)).resolves.toMatchObject({ verdict: { kind: "hindered" } });
});

test("what it waits for is told at once, and is the reason in the end", async () => {
  shows([set("new")], [pod("new", waiting("ContainerCreating"))], [event("no volume")]);
  await expect(wait(3)).resolves.toStrictEqual({
    verdict: { kind: "hindered", reason: "FailedMount: no volume" },
    said: ["FailedMount: no volume"],
  });
});

test("a container that has started has all the time once more", async () => {
  const begun = [pod("new", waiting("ContainerCreating")), "sleep 4", pod("new", running)];
  shows([set("new")], [...begun, "sleep 4", pod("new", ready)]);
  await expect(wait(6)).resolves.toMatchObject({ verdict: { kind: "ready" } });
  shows([set("new")], [pod("new", running)]);
  await expect(wait(3)).resolves.toMatchObject({
    verdict: { kind: "unhealthy", reason: "it was not ready after 3 s" },
  });
}, 60_000);

test("a cluster that refuses ends it at once", async () => {
  kubectl.does(`*) echo 'Error from server (Forbidden): pods is forbidden' >&2; exit 1 ;;`);
  await expect(wait()).rejects.toMatchObject({
    said: "Error from server (Forbidden): pods is forbidden",
  });
});
