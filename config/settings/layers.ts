import { isSame } from "./path";
import { configPath, setCommand } from "./set-command";

/** Plain nested values, as JSON has them. */
export type Tree = Readonly<Record<string, unknown>>;

/** One source of settings. */
export interface Layer {
  readonly values: Tree;
  /** Names the setting at a path as its user would type it. */
  readonly label: (path: readonly string[]) => string;
  /** What fixes a wrong setting. */
  readonly fix: (path: readonly string[]) => string;
}

/** Settings that are two ways to set the same thing: a layer that has either overrides both of the layers below. */
const alternatives: readonly (readonly (readonly string[])[])[] = [
  [
    ["ssh", "authorizedKeys"],
    ["ssh", "keysFrom"],
  ],
];

/** The stack's own configuration: Pulumi.<stack>.yaml over Pulumi.yaml. */
export function stackLayer(values: Tree): Layer {
  return { values, label: configPath, fix: setCommand };
}

/** The one rule of precedence. A later layer overrides an earlier one, key by key. */
export function mergeLayers(layers: readonly Layer[]): Tree {
  return layers.reduce<Tree>((below, { values }) => {
    const replaced = alternatives
      .filter((paths) => paths.some((path) => at(values, path) !== undefined))
      .flat();
    return merge(replaced.reduce<Tree>(without, below), values);
  }, {});
}

/**
 * The settings of a layer that have no effect, and those above that override them, each as its user typed it.
 *
 * @param paths where to look
 */
export function overridden(
  lower: Layer,
  upper: Layer,
  paths: readonly (readonly string[])[],
): readonly { readonly name: string; readonly by: string }[] {
  return paths.flatMap((path) => {
    const value = at(lower.values, path);
    const same = alternatives.find((group) => group.some((other) => isSame(other, path)));
    const above = (same ?? [path]).find((other) => at(upper.values, other) !== undefined);
    return value === undefined || above === undefined || at(upper.values, above) === value
      ? []
      : [{ name: lower.label(path), by: upper.label(above) }];
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

/** Puts one tree over another, key by key. */
export function merge(below: unknown, above: unknown): Tree {
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
