import type { MachineProfile } from "../machine-profile";
import { configPath, setCommand } from "./set-command";

/** Plain nested values, as JSON has them. */
export type Tree = Readonly<Record<string, unknown>>;

/** One source of settings. */
export interface Layer {
  readonly values: Tree;
  /** Names the setting at a path as its user would type it. */
  readonly label: (path: readonly string[]) => string;
  /** What puts a wrong setting right. */
  readonly fix: (path: readonly string[]) => string;
}

interface Variable {
  readonly name: string;
  readonly path: readonly string[];
  readonly isSwitch?: true;
}

/** The environment variables that set a config key: the former start script's, and Docker's own. */
export const environmentVariables: readonly Variable[] = [
  { name: "KALISI_AUTO_START", path: ["autoStart"], isSwitch: true },
  { name: "DOCKER_HOST", path: ["dockerHost"] },
  { name: "KALISI_SOURCE", path: ["source", "path"] },
  { name: "KALISI_IMAGE", path: ["image", "name"] },
  { name: "AUTHORIZED_KEYS", path: ["ssh", "authorizedKeys"] },
  { name: "KALISI_KEYS_FROM", path: ["ssh", "keysFrom"] },
];

/** Settings that say the same thing in two ways: a layer that has either puts aside both of those below. */
const alternatives: readonly (readonly (readonly string[])[])[] = [
  [
    ["ssh", "authorizedKeys"],
    ["ssh", "keysFrom"],
  ],
];

/** What of the configuration the machine profile may hold: where a default stands aside for it. */
export const machinePaths: readonly (readonly string[])[] = [
  ["dockerHost"],
  ["source", "path"],
  ["image", "baseImages"],
  ["image", "from"],
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
    fix: () => "make it anew: npm start -- --setup",
  };
}

/** The environment's settings. A variable that is set but empty counts as not set. */
export function environmentLayer(env: NodeJS.ProcessEnv): Layer {
  const values = environmentVariables.reduce<Tree>((tree, { name, path, isSwitch }) => {
    const text = env[name] ?? "";
    if (text === "") {
      return tree;
    }
    const value = isSwitch && /^(true|false)$/.test(text) ? text === "true" : text;
    return merge(
      tree,
      path.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value),
    );
  }, {});
  const label = (path: readonly string[]) =>
    environmentVariables.find((variable) => isAt(variable, path))?.name ?? path.join(".");
  return { values, label, fix: (path) => `correct it, or: unset ${label(path)}` };
}

/** The stack's own configuration: Pulumi.<stack>.yaml over Pulumi.yaml. */
export function stackLayer(values: Tree): Layer {
  return { values, label: configPath, fix: setCommand };
}

/** The one rule of precedence. A later layer stands over an earlier one, key by key. */
export function mergeLayers(layers: readonly Layer[]): Tree {
  return layers.reduce<Tree>((below, { values }) => {
    const replaced = alternatives
      .filter((paths) => paths.some((path) => at(values, path) !== undefined))
      .flat();
    return merge(replaced.reduce<Tree>(without, below), values);
  }, {});
}

/** The environment variables that have no effect, each with the setting that stands over it. */
export function overriddenVariables(
  environment: Layer,
  stack: Layer,
): readonly { readonly name: string; readonly by: string }[] {
  return environmentVariables.flatMap(({ name, path }) => {
    const value = at(environment.values, path);
    const same = alternatives.find((paths) => paths.some((other) => isAt({ path: other }, path)));
    const above = (same ?? [path]).find((other) => at(stack.values, other) !== undefined);
    return value === undefined || above === undefined || at(stack.values, above) === value
      ? []
      : [{ name, by: stack.label(above) }];
  });
}

/** The topmost layer that has a setting, else the stack's own. */
export function layerOf(layers: readonly Layer[], path: readonly string[]): Layer {
  return layers.findLast((layer) => at(layer.values, path) !== undefined) ?? stackLayer({});
}

/** Names a setting by the topmost layer that has it, else as a config key. */
export function labelOf(layers: readonly Layer[], path: readonly string[]): string {
  return layerOf(layers, path).label(path);
}

/** The value at a path of a tree, if any. */
export function at(tree: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((node, key) => child(node, key), tree);
}

function child(node: unknown, key: string): unknown {
  if (Array.isArray(node)) {
    return node[Number(key)] as unknown;
  }
  return isTree(node) && Object.hasOwn(node, key) ? node[key] : undefined;
}

/** The tree with nothing at a path. */
export function without(tree: Tree, [key, ...rest]: readonly string[]): Tree {
  if (key === undefined || !Object.hasOwn(tree, key)) {
    return tree;
  }
  const { [key]: inner, ...others } = tree;
  return rest.length > 0 && isTree(inner) ? { ...others, [key]: without(inner, rest) } : others;
}

function isAt({ path }: { readonly path: readonly string[] }, other: readonly string[]): boolean {
  return path.join(".") === other.join(".");
}

function merge(below: unknown, above: unknown): Tree {
  if (!isTree(below) || !isTree(above)) {
    return above as Tree;
  }
  const result: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    result[key] = Object.hasOwn(below, key) ? merge(below[key], value) : value;
  }
  return result;
}

function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function withoutUndefined(values: Tree): Tree {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
