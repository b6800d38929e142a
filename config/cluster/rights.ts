import { KubectlError, kubectl, type ClusterPlace } from "./kubectl";

/** What a stack does in its namespace, by group and resource. */
const needed: readonly (readonly [group: string, resource: string, verbs: readonly string[]])[] = [
  ["", "configmaps", ["get", "create", "patch", "delete"]],
  ["", "events", ["list", "watch"]],
  ["", "persistentvolumeclaims", ["get", "create", "patch"]],
  ["", "pods", ["get", "list", "watch"]],
  ["", "pods/exec", ["create"]],
  ["", "pods/log", ["get"]],
  ["", "pods/portforward", ["create"]],
  ["", "secrets", ["create", "patch", "delete"]],
  ["apps", "statefulsets", ["get", "list", "watch", "create", "patch", "delete"]],
  ["networking.k8s.io", "networkpolicies", ["get", "create", "patch", "delete"]],
];

/**
 * What this user may not do of what the stack needs, in words such as `create pods/exec`.
 *
 * @param more verbs on namespaces themselves
 */
export async function missingRights(
  place: ClusterPlace,
  more: readonly string[],
): Promise<readonly string[]> {
  const all = [...needed, ["", "namespaces", more] as const];
  const asked = all.flatMap(([group, path, verbs]) => verbs.map((verb) => ({ group, path, verb })));
  const items = asked.map(({ group, path, verb }) => {
    const [resource = "", subresource = ""] = path.split("/");
    return {
      apiVersion: "authorization.k8s.io/v1",
      kind: "SelfSubjectAccessReview",
      spec: {
        resourceAttributes: { namespace: place.namespace, verb, group, resource, subresource },
      },
    };
  });
  const list = { apiVersion: "v1", kind: "List", items };
  // A line for each, in their order.
  const words = ["create", "--filename=-", '--output=jsonpath={.status.allowed}{"\\n"}'];
  const answers = await kubectl(place, words, { input: JSON.stringify(list) });
  const allowed = answers.trim().split("\n");
  if (allowed.length !== items.length) {
    throw new KubectlError(place, "it did not say what this user may do");
  }
  return asked.flatMap(({ verb, path }, index) =>
    allowed[index] === "true" ? [] : [`${verb} ${path}`],
  );
}
