/** Whether two paths are one. */
export function isSame(path: readonly string[], other: readonly string[]): boolean {
  return path.length === other.length && startsWith(path, other);
}

/** Whether a path is the other one, or leads to something in it. */
export function startsWith(path: readonly string[], group: readonly string[]): boolean {
  return group.every((key, index) => key === path[index]);
}
