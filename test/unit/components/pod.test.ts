import { memory, seconds } from "../../../config/settings/units";
import { byType, declareContainer, useComponents, type Components } from "../../support/components";
import { modes } from "../../support/record-anew";

const settings = {
  autoStart: true,
  sudo: true,
  resources: { memory: memory("3g"), cpus: 1.5 },
  redis: { memory: memory("300m") },
  ssh: { agentForwarding: true },
  timeouts: { healthySeconds: seconds(200), stopSeconds: seconds(60) },
};

interface Declared {
  readonly spec: {
    readonly template: {
      readonly spec: Readonly<Record<string, unknown>> & {
        readonly containers: readonly [Readonly<Record<string, unknown>>];
      };
    };
  };
}

async function declarePod(all: Components, more: { readonly sudo?: boolean } = {}) {
  const pod = new all.KalisiPod("pod", {
    namespace: "n",
    labels: { "kalisi.stack": "s" },
    image: "registry/kalisi@sha256:01",
    mounts: [
      {
        name: "env",
        containerPath: "/workspace/runtime/.env",
        source: { secret: { secretName: "kalisi-env-1" } },
        key: "env",
      },
    ],
    environment: { KALISI_NEO4J_HEAP: "1024m" },
    ports: [22, 8443, 9000],
    settings: { ...settings, ...more },
    placement: {
      requests: {},
      nodeSelector: {},
      tolerations: [],
      unreachableSeconds: seconds(30),
    },
  });
  await all.settle(pod.urn);
  const [set] = byType(all.registered, "kubernetes:apps/v1:StatefulSet");
  const { spec } = (set?.inputs as unknown as Declared).spec.template;
  return { spec, container: spec.containers[0], registered: all.registered };
}

describe.each(modes)("in %s mode", (_, preview) => {
  const all = useComponents(preview);

  test("a pod has what a container of an Engine has, and nothing of it is said twice", async () => {
    await all.settle(
      declareContainer(all, settings, {
        environment: { KALISI_NEO4J_HEAP: "1024m" },
        ports: [],
      }).urn,
    );
    const engine = byType(all.registered, "docker:index/container:Container")[0]?.inputs ?? {};
    const { spec, container } = await declarePod(all);
    const environment = (container["env"] as { name: string; value: string }[]).map(
      ({ name, value }) => `${name}=${value}`,
    );
    expect(environment).toStrictEqual(
      [...(engine["envs"] as string[]), "KALISI_LISTEN=127.0.0.1", "KALISI_PUBLISHED=9000"].sort(),
    );
    const { adds } = engine["capabilities"] as { adds: string[] };
    expect(container["securityContext"]).toStrictEqual({
      allowPrivilegeEscalation: true,
      capabilities: { drop: ["ALL"], add: adds.map((name) => name.replace("CAP_", "")) },
    });
    const { tests } = engine["healthcheck"] as { tests: string[] };
    expect(container["readinessProbe"]).toStrictEqual({
      exec: { command: tests.slice(1) },
      periodSeconds: 5,
      timeoutSeconds: 40,
    });
    expect(spec["terminationGracePeriodSeconds"]).toBe(engine["stopTimeout"]);
    expect(container["resources"]).toStrictEqual({
      requests: { memory: "1536Mi", cpu: "0.25" },
      limits: { memory: `${String(engine["memory"])}Mi`, cpu: engine["cpus"] },
    });
  });

  test("nothing ends a pod that is not well, and nobody gains a privilege unasked", async () => {
    const { container } = await declarePod(all, { sudo: false });
    expect(container).not.toHaveProperty("livenessProbe");
    expect(container).not.toHaveProperty("startupProbe");
    expect(container["securityContext"]).toMatchObject({ allowPrivilegeEscalation: false });
  });

  test("no service leads to it, and no pod may reach it", async () => {
    const { registered } = await declarePod(all);
    expect(byType(registered, "kubernetes:core/v1:Service")).toStrictEqual([]);
    const [policy] = byType(registered, "kubernetes:networking.k8s.io/v1:NetworkPolicy");
    expect(policy?.inputs["spec"]).toStrictEqual({
      podSelector: { matchLabels: { "app.kubernetes.io/name": "kalisi" } },
      policyTypes: ["Ingress"],
    });
  });

  test("the claim has a part for each of the Engine's volumes, at the same places", async () => {
    const { container } = await declarePod(all);
    const data = (container["volumeMounts"] as { name: string }[]).filter(
      ({ name }) => name === "data",
    );
    expect(data).toStrictEqual(
      Object.entries(all.mountPoints).map(([subPath, mountPath]) => ({
        ...{ name: "data", subPath, mountPath },
      })),
    );
  });

  test("it leaves a lost node when the settings say, and not before", async () => {
    const { spec } = await declarePod(all);
    expect(spec["tolerations"]).toStrictEqual(
      ["not-ready", "unreachable"].map((taint) => ({
        key: `node.kubernetes.io/${taint}`,
        operator: "Exists",
        effect: "NoExecute",
        tolerationSeconds: 30,
      })),
    );
  });
});
