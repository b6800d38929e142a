import { join } from "node:path";
import { accessToPod, podProxy } from "../../../cli/cluster/ssh-access";
import { sshOptions } from "../../../cli/ssh-access";
import { clusterStack, podCase, useFakeKubectl } from "../../support/fake-kubectl";

const kubectl = useFakeKubectl();
const place = { context: "far", namespace: "kalisi-x" };
const program = "/k/cli/cluster/port-forward.ts";
const begin = `${process.execPath} --require /k/compile.cjs`;

test("a pod's place has the ports of the settings, and the host key comes by kubectl", async () => {
  kubectl.does(`${podCase()}\n*"-- /usr/bin/ssh-keygen -y "*) echo "ssh-ed25519 AAAA" ;;`);
  const [found, answer] = await accessToPod("/k", clusterStack);
  expect(answer).toStrictEqual({ code: 0, stdout: "ssh-ed25519 AAAA\n" });
  expect(found).toMatchObject({ host: "kalisi-x", address: "kalisi-x", port: 22 });
  expect(found.published).toStrictEqual({ 5: 6, 22: 17986, 8443: 9443 });
  const keys = { identity: undefined, hostKey: "ssh-ed25519 AAAA", fingerprint: "" };
  const options = Object.fromEntries(sshOptions({ ...found, ...keys }, { isPatient: true }));
  expect(options).toMatchObject({
    HostKeyAlias: "kalisi-x",
    KnownHostsCommand: "/bin/echo kalisi-x ssh-ed25519 AAAA",
    ProxyCommand: expect.stringContaining("port-forward.ts far kalisi-x 300") as string,
  });
});

test("a program that fails in the pod is no failure of kubectl's", async () => {
  const failing = `*ssh-keygen*) echo "command terminated with exit code 255" >&2; exit 1 ;;`;
  kubectl.does(`${podCase()}\n${failing}`);
  const [, { code }] = await accessToPod("/k", clusterStack);
  expect(code).toBe(255);
});

test("the way there is one line of a shell's, whose % ssh takes for none of its own", () => {
  expect(podProxy("/k", place, {}, {})).toBe(`${begin} ${program} far kalisi-x`);
  expect(podProxy("/my 100%", { ...place, context: "it's" }, { isPatient: true }, {})).toBe(
    `${process.execPath} --require '/my 100%%/compile.cjs' '/my 100%%/cli/cluster/port-forward.ts' 'it'\\''s' kalisi-x 300`,
  );
});

test("it has the files that kubectl reads here, whatever the folder is that ssh is run in", () => {
  const here = join(process.cwd(), "b");
  expect(podProxy("/k", place, {}, { KUBECONFIG: "/a:b" })).toBe(
    `env KUBECONFIG=/a:${here} ${begin} ${program} far kalisi-x`,
  );
});
