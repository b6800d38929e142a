import type { MachineProfile } from "./machine";

/** Plain nested values, as JSON has them. */
export type Tree = Readonly<Record<string, unknown>>;

/** One source of settings. */
export interface Layer {
  readonly values: Tree;
  /** Names the setting at a path as its user would type it. */
  readonly label: (path: readonly string[]) => string;
}

/** The environment variables that set a config key: the former start script's, and Docker's own. */
const environmentVariables: readonly { readonly name: string; readonly path: readonly string[] }[] =
  [
    { name: "KALISI_AUTO_START", path: ["autoStart"] },
    { name: "DOCKER_HOST", path: ["dockerHost"] },
    { name: "KALISI_SOURCE", path: ["source", "path"] },
    { name: "KALISI_IMAGE", path: ["image", "name"] },
    { name: "AUTHORIZED_KEYS", path: ["ssh", "authorizedKeys"] },
    { name: "KALISI_KEYS_FROM", path: ["ssh", "keysFrom"] },
  ];

/** The values of the machine profile that stand in for a default. */
export function machineLayer(profile: MachineProfile): Layer {
  const { sourcePath, baseImages, from, dockerHost } = profile;
  return {
    values: withoutUndefined({
      dockerHost,
      source: withoutUndefined({ path: sourcePath }),
      image: withoutUndefined({ baseImages, from }),
    }),
    label: (path) => `${path.join(".")} in .kalisi/machine.json`,
  };
}

/** The environment's settings. A variable that is set but empty counts as not set. */
export function environmentLayer(env: NodeJS.ProcessEnv): Layer {
  let values: Tree = {};
  for (const { name, path } of environmentVariables) {
    const text = env[name];
    if (text !== undefined && text !== "") {
      const value = text === "true" ? true : text === "false" ? false : text;
      values = merge(
        values,
        path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value),
      );
    }
  }
  return {
    values,
    label: (path) =>
      environmentVariables.find((variable) => variable.path.join(".") === path.join("."))?.name ??
      path.join("."),
  };
}

/** The stack's own configuration: Pulumi.<stack>.yaml over Pulumi.yaml. */
export function stackLayer(values: Tree): Layer {
  return { values, label: (path) => `kalisi:${path.join(".")}` };
}

/** Merges layers, a later one over an earlier one, object by object. */
export function mergeLayers(layers: readonly Layer[]): Tree {
  return layers.reduce<Tree>((merged, layer) => merge(merged, layer.values), {});
}

/** Names a setting by the topmost layer that has it, else as a config key. */
export function labelOf(layers: readonly Layer[], path: readonly string[]): string {
  const owner = layers.findLast((layer) => at(layer.values, path) !== undefined);
  return (owner ?? stackLayer({})).label(path);
}

/** The value at a path of a tree, if any. */
export function at(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => (isTree(node) ? node[key] : undefined), tree);
}

function merge(below: unknown, above: unknown): Tree {
  if (!isTree(below) || !isTree(above)) {
    return above as Tree;
  }
  const result: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    result[key] = key in below ? merge(below[key], value) : value;
  }
  return result;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withoutUndefined(values: Tree): Tree {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
