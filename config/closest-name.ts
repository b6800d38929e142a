/**
 * The candidate that shares the most pairs of neighbouring letters with a name (Sorensen and Dice's
 * coefficient): it forgives a mistyped letter as well as a word that was renamed.
 *
 * @returns undefined where nothing is much like it
 */
export function closestName(name: string, candidates: readonly string[]): string | undefined {
  const wanted = pairs(name);
  const likeness = (candidate: string) => {
    const other = pairs(candidate);
    const shared = [...wanted].filter((pair) => other.has(pair)).length;
    return (2 * shared) / (wanted.size + other.size);
  };
  const best = candidates
    .map((candidate) => ({ candidate, likeness: likeness(candidate) }))
    .reduce<{ candidate?: string; likeness: number }>(
      (leader, next) => (next.likeness > leader.likeness ? next : leader),
      { likeness: 0.5 },
    );
  return best.candidate;
}

function pairs(name: string): ReadonlySet<string> {
  const letters = name.toLowerCase();
  return new Set(Array.from({ length: letters.length - 1 }, (_, at) => letters.slice(at, at + 2)));
}
