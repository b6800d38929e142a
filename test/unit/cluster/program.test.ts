import { emptyCluster, useFakeKubectl } from "../../support/fake-kubectl";
import { useProgram } from "../../support/program";
import { modes } from "../../support/record-anew";

const kubectl = useFakeKubectl();
const program = useProgram("unit");

const image = `registry.example/kalisi@sha256:${"0".repeat(64)}`;
const config = {
  "kalisi:target": "kubernetes",
  "kalisi:kubernetes": JSON.stringify({ context: "far", storage: { size: "10g" } }),
  "kalisi:image": JSON.stringify({ pull: image }),
};

const owner = { "kalisi.stack": "unit", "kalisi.clone": expect.any(String) as string };

describe.each(modes)("in %s mode", (_, preview) => {
  let result: Awaited<ReturnType<typeof program.run>>;

  beforeAll(async () => {
    program.useEngine();
    kubectl.does(emptyCluster.join("\n"));
    result = await program.run(preview, config);
  });

  const declared = (type: string) =>
    result.declared.filter((resource) => resource.type === type).map(({ name }) => name);
  const inputsOf = (name: string) =>
    result.registered.find((resource) => resource.name === name)?.inputs;

  test("what holds data is kept, and by one manager's name taken up again", () => {
    for (const name of ["namespace-own", "claim-kept"]) {
      expect(result.declared.find((resource) => resource.name === name)?.options).toStrictEqual({
        retainOnDelete: true,
      });
      expect(inputsOf(name)).toMatchObject({
        metadata: {
          labels: owner,
          annotations: { "pulumi.com/patchFieldManager": "kalisi" },
        },
      });
    }
    expect(inputsOf("claim-kept")).toMatchObject({
      metadata: { name: "kalisi-data", namespace: "kalisi-unit" },
      spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "10240Mi" } } },
    });
  });

  test("the namespace lets no pod have more than this one has", () => {
    expect(inputsOf("namespace-own")).toMatchObject({
      metadata: {
        name: "kalisi-unit",
        labels: { "pod-security.kubernetes.io/enforce": "baseline" },
      },
    });
  });

  test("nothing of an Engine's is declared, and no Secret", () => {
    expect(result.declared.filter(({ type }) => type.startsWith("docker:"))).toStrictEqual([]);
    expect(declared("kubernetes:core/v1:Secret")).toStrictEqual([]);
    expect(declared("kubernetes:core/v1:Service")).toStrictEqual([]);
  });

  test("files and keys are objects by their digests, and the pod has them", () => {
    const maps = declared("kubernetes:core/v1:ConfigMap").sort();
    expect(maps).toStrictEqual([
      expect.stringMatching(/^files-build-network-[0-9a-f]{12}$/),
      expect.stringMatching(/^files-neo4j-[0-9a-f]{12}$/),
      "ssh-keys-list",
    ]);
    const text = JSON.stringify(inputsOf("pod-run"));
    for (const name of maps.slice(0, 2)) expect(text).toContain(name.replace("files", "kalisi"));
    expect(text).toContain(image);
    expect(inputsOf("files-env")).toMatchObject({
      create: expect.stringContaining("put-env-secret") as string,
      environment: { KALISI_CONTEXT: "far", KALISI_NAMESPACE: "kalisi-unit" },
    });
  });

  test("no value of .env is in what is declared, nor in what kubectl is given", () => {
    const text = JSON.stringify(result.registered);
    expect(text).toContain("kalisi-env-");
    expect(text).not.toContain("change-me");
    expect(kubectl.runs().join()).not.toContain("change-me");
  });

  test("the outputs say where it is", () => {
    expect(result.outputs).toMatchObject({ context: "far", namespace: "kalisi-unit" });
  });
});

test("what a cluster lacks is found before anything is declared", async () => {
  program.useEngine();
  kubectl.does(`*) echo 'error: context "far" does not exist' >&2; exit 1 ;;`);
  const { program: mistaken, registered } = await program.load(true, config);
  await expect(mistaken()).rejects.toThrow("KALISI-KUBERNETES-CONTEXT");
  expect(registered).toStrictEqual([]);
});
