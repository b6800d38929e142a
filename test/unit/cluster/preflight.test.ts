import { lookAtCluster } from "../../../config/cluster/preflight";
import { ConfigError, type Problem } from "../../../config/errors";
import { memory } from "../../../config/settings/units";
import { emptyCluster, useFakeKubectl } from "../../support/fake-kubectl";

const kubectl = useFakeKubectl();

const owner = { stack: "x", clone: "0123456789ab" };
const own = { "kalisi.stack": "x", "kalisi.clone": "0123456789ab" };
const wanted = {
  place: { context: "far", namespace: "kalisi-x" },
  owner,
  isGiven: false,
  storage: { size: memory("40g") },
};

const prints = (pattern: string, object: unknown) =>
  `${pattern}) echo '${JSON.stringify(object)}' ;;`;
const aClass = (name: string, more: object = {}) => ({
  metadata: { name, annotations: { "storageclass.kubernetes.io/is-default-class": "true" } },
  ...more,
});
const classes = (...items: readonly object[]) => prints(`*" get storageclass "*`, { items });
const claim = (storage: string, labels: object = own) =>
  prints(`*" get pvc kalisi-data "*`, {
    metadata: { name: "kalisi-data", labels },
    spec: { storageClassName: "fast", resources: { requests: { storage } } },
  });

const growing = classes(aClass("fast", { allowVolumeExpansion: true }));

/** A cluster that answers, and has only what the cases say. */
const answers = (...cases: readonly string[]) => {
  kubectl.does([...cases, ...emptyCluster].join("\n"));
};

async function problems(more: Partial<typeof wanted> = {}): Promise<readonly Problem[]> {
  try {
    await lookAtCluster({ ...wanted, ...more });
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

const codes = async (more: Partial<typeof wanted> = {}) =>
  (await problems(more)).map(({ code }) => code.replace("KALISI-KUBERNETES-", ""));

test("a cluster that has nothing of the stack's, and lacks nothing", async () => {
  answers();
  await expect(codes()).resolves.toStrictEqual([]);
});

test("each right that is missing is named, and nothing else is asked of the user", async () => {
  answers(
    `*" create --filename=- "*) cat >"$HERE/asked"; grep -o '"verb":"[a-z]*","group":"[^"]*","resource":"[a-z]*","subresource":"[a-z]*"' "$HERE/asked" | sed 's/.*"create".*exec.*/false/; t; s/.*"patch".*secrets.*/false/; t; s/.*/true/' ;;`,
  );
  const [found] = await problems();
  expect(found).toMatchObject({ code: "KALISI-KUBERNETES-RIGHTS", value: "far" });
  expect(found?.problem).toContain(": create pods/exec, patch secrets");
});

test.each([
  ["no default class", undefined, [classes({ metadata: { name: "fast" } })], ["STORAGE"]],
  ["no such class", "slow", [], ["STORAGE"]],
  ["a class that there is", "fast", [], []],
  [
    "classes that are not to be seen",
    "slow",
    [`*" get storageclass "*) echo 'Error from server (Forbidden): no' >&2; exit 1 ;;`],
    [],
  ],
  ["a claim of another class", "slow", [claim("40960Mi")], ["STORAGE"]],
  ["a claim that is to shrink", undefined, [claim("50Gi"), growing], ["STORAGE"]],
  ["a claim that cannot grow", undefined, [claim("30Gi")], ["STORAGE"]],
  ["a claim that can", undefined, [claim("30Gi"), growing], []],
  ["a claim of that size", undefined, [claim("40Gi")], []],
] as const)("storage: %s", async (_, name, cases, expected) => {
  answers(...cases);
  const storage = { size: memory("40g"), ...(name === undefined ? {} : { class: name }) };
  await expect(codes({ storage })).resolves.toStrictEqual(expected);
});

test("somebody else's claim is refused, though the namespace is the stack's", async () => {
  answers(
    prints(`*" get namespace kalisi-x "*`, { metadata: { name: "kalisi-x", labels: own } }),
    claim("40Gi", { ...own, "kalisi.clone": "ba9876543210" }),
  );
  const [found, ...more] = await problems();
  expect(more).toStrictEqual([]);
  expect(found).toMatchObject({ code: "KALISI-KUBERNETES-TAKEN", value: "kalisi-x" });
  expect(found?.problem).toContain("stack x of another clone, ba9876543210");
});

test("a namespace that is given must be there, and need not be the stack's", async () => {
  answers();
  await expect(codes({ isGiven: true })).resolves.toStrictEqual(["NAMESPACE"]);
  answers(prints(`*" get namespace kalisi-x "*`, { metadata: { name: "kalisi-x" } }));
  await expect(codes({ isGiven: true })).resolves.toStrictEqual([]);
});

test.each([
  ['context "far" does not exist', "CONTEXT"],
  ["dial tcp 192.0.2.1:6443: i/o timeout", "UNREACHABLE"],
  ["You must be logged in to the server (Unauthorized)", "UNREACHABLE"],
])("kubectl says: %s", async (words, code) => {
  kubectl.does(`*) echo 'error: ${words}' >&2; exit 1 ;;`);
  await expect(codes()).resolves.toStrictEqual([code]);
  expect(kubectl.runs()).toHaveLength(1);
});
