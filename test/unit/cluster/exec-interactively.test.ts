import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { execInteractivelyInPod } from "../../../cli/cluster/exec-interactively";
import { eventually } from "../../support/eventually";
import { clusterStack, noPodCase, podCase, useFakeKubectl } from "../../support/fake-kubectl";

const kubectl = useFakeKubectl();
const guard = `*ends-with*) cat >"$HERE/guard" ;;`;
const ending = (code: number) =>
  `*as-kalisi*) echo told >&2; echo "command terminated with exit code ${code}" >&2; exit 1 ;;`;

let shown: string;
beforeEach(() => {
  shown = "";
  jest.spyOn(process.stderr, "write").mockImplementation((chunk) => {
    shown += chunk.toString();
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

test("a command's own exit code is passed on, and kubectl's line about it is not shown", async () => {
  kubectl.does([podCase(), guard, ending(7)].join("\n"));
  await expect(execInteractivelyInPod(clusterStack, ["do", "--it"])).resolves.toBe(7);
  expect(shown).toBe("told\n");
  const [, exec] = kubectl.runs().filter((words) => !words.includes("ends-with"));
  expect(exec).toMatch(
    /^--context=far --namespace=kalisi-x exec kalisi-0 --container=kalisi --stdin -- \/usr\/bin\/env KALISI_EXEC=\S+ \/usr\/local\/bin\/as-kalisi do --it$/,
  );
  const mark = /KALISI_EXEC=(\S+)/.exec(exec ?? "")?.[1] ?? "";
  await eventually(5, () => {
    const isTold = existsSync(join(kubectl.folder, "guard"));
    return Promise.resolve(isTold ? undefined : "the guard has not begun");
  });
  expect(kubectl.runs().join("\n")).toContain(`--stdin -- /usr/local/lib/kalisi/ends-with ${mark}`);
  await eventually(5, () => {
    const told = readFileSync(join(kubectl.folder, "guard"), "utf8");
    return Promise.resolve(told === "done\n" ? undefined : `the guard was told ${told}`);
  });
});

test("a command that succeeds does so", async () => {
  kubectl.does([podCase(), guard, `*as-kalisi*) ;;`].join("\n"));
  await expect(execInteractivelyInPod(clusterStack, ["true"])).resolves.toBe(0);
});

test("what keeps kubectl from it is no exit code of the command's", async () => {
  const refused = `*as-kalisi*) echo "Error from server (Forbidden): no" >&2; exit 1 ;;`;
  kubectl.does([podCase(), guard, refused].join("\n"));
  await expect(execInteractivelyInPod(clusterStack, ["true"])).rejects.toMatchObject({
    code: "KALISI-KUBERNETES-POD",
    message:
      "kubectl has ended with exit code 1, see above.\nHow the pod is: kubectl --context far --namespace kalisi-x describe pod kalisi-0",
  });
  expect(shown).toBe("Error from server (Forbidden): no\n");
});

test.each([
  ["there is no pod", noPodCase, "KALISI-CONTAINER-MISSING", "has no pod in namespace kalisi-x"],
  ["it does not run", podCase({ isRunning: false }), "KALISI-KUBERNETES-POD", "(Pending)"],
])("nothing is begun where %s", async (_, pod, code, said) => {
  kubectl.does(pod);
  await expect(execInteractivelyInPod(clusterStack, ["true"])).rejects.toMatchObject({
    code,
    message: expect.stringContaining(said) as string,
  });
  expect(kubectl.runs()).toHaveLength(1);
});
