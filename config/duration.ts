/** A duration for people, in its two largest units. */
export function formatSeconds(seconds: number): string {
  const units = [
    { of: 86_400, name: "d" },
    { of: 3600, name: "h" },
    { of: 60, name: "min" },
    { of: 1, name: "s" },
  ];
  const largest = units.findIndex(({ of }) => seconds >= of);
  const [first, second] = units.slice(largest < 0 ? -1 : largest);
  if (first === undefined || second === undefined) {
    return `${Math.floor(seconds)} s`;
  }
  const rest = Math.floor((seconds % first.of) / second.of);
  return `${Math.floor(seconds / first.of)} ${first.name}${rest === 0 ? "" : ` ${rest} ${second.name}`}`;
}
