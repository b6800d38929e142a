import { wipeInCluster } from "../../../cli/cluster/wipe";
import { cloneId } from "../../../config/engine/stack-owner";
import { clusterStack, useFakeKubectl } from "../../support/fake-kubectl";

const kubectl = useFakeKubectl();

const digestKey = "ab".repeat(32);
const own = { "kalisi.stack": "x", "kalisi.clone": cloneId(digestKey) };
const stack = { ...clusterStack, tools: { profile: { digestKey } } } as typeof clusterStack;

const prints = (pattern: string, object: unknown) =>
  `${pattern}) echo '${JSON.stringify(object)}' ;;`;
const claim = (labels: object = own) =>
  prints(`*" get pvc kalisi-data "*`, {
    metadata: { name: "kalisi-data", labels },
    spec: { volumeName: "pv-1" },
  });
const namespace = (labels: object = own) =>
  prints(`*" get namespace kalisi-x "*`, { metadata: { name: "kalisi-x", labels } });
const pods = (...items: readonly object[]) => prints(`*" get pods "*`, { items });
const left = (...names: readonly string[]) =>
  prints(`*" get all,"*`, {
    items: ["kube-root-ca.crt", ...names].map((name) => ({
      kind: "ConfigMap",
      metadata: { name },
    })),
  });

const has = (...cases: readonly string[]) => {
  kubectl.does(
    [
      ...cases,
      ...[pods(), left()],
      `*" delete "*) ;;`,
      `*" get "*) echo 'Error from server (NotFound): it is not found' >&2; exit 1 ;;`,
    ].join("\n"),
  );
};

/** What was removed, and how often the stack was destroyed. */
async function wipe(confirm = "x") {
  let destroyed = 0;
  const destroy = () => Promise.resolve((destroyed += 1));
  const failure = await wipeInCluster(stack, confirm, destroy).then(
    () => undefined,
    (error: unknown) => error,
  );
  const removed = kubectl.runs().flatMap((run) => / delete (\S+ \S+)/.exec(run)?.[1] ?? []);
  return { removed, destroyed, failure };
}

test("the claim goes, and the namespace that was made for it", async () => {
  has(claim(), namespace());
  await expect(wipe()).resolves.toStrictEqual({
    removed: ["pvc kalisi-data", "namespace kalisi-x"],
    destroyed: 1,
    failure: undefined,
  });
});

test("a namespace with anything else in it stays, and one that was given", async () => {
  has(claim(), namespace(), left("somebody"));
  await expect(wipe()).resolves.toMatchObject({ removed: ["pvc kalisi-data"] });
  has(claim(), namespace({}));
  await expect(wipe()).resolves.toMatchObject({ removed: ["pvc kalisi-data"] });
});

test.each([
  ["another clone's claim", [claim({ ...own, "kalisi.clone": "other" })], "KALISI-VOLUME-WIPE"],
  [
    "a claim that another pod has",
    [
      claim(),
      pods({
        metadata: { name: "other" },
        spec: { volumes: [{ persistentVolumeClaim: { claimName: "kalisi-data" } }] },
      }),
    ],
    "KALISI-VOLUME-IN-USE",
  ],
] as const)("%s is refused, and nothing goes", async (_, cases, code) => {
  has(...cases, namespace());
  await expect(wipe()).resolves.toMatchObject({ removed: [], destroyed: 0, failure: { code } });
});

test("a claim that may not be seen is not taken for none", async () => {
  has(`*" get pvc "*) echo 'Error from server (Forbidden): no' >&2; exit 1 ;;`, namespace());
  await expect(wipe()).resolves.toMatchObject({
    ...{ removed: [], destroyed: 0 },
    failure: { said: "Error from server (Forbidden): no" },
  });
});

test("without the stack's name nothing goes", async () => {
  has(claim(), namespace());
  await expect(wipe("y")).resolves.toMatchObject({
    ...{ removed: [], destroyed: 0 },
    failure: { code: "KALISI-OPTION-CONFIRM" },
  });
});

test("where there is nothing, nothing is asked", async () => {
  has();
  await expect(wipe("y")).resolves.toStrictEqual({
    ...{ removed: [], destroyed: 0 },
    failure: undefined,
  });
});
