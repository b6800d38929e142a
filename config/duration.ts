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

/** A duration as Go writes it, and so the Engine and the provider: `1m30s`. */
export function goDuration(seconds: number): string {
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60)];
  return [
    ...(hours > 0 ? [`${hours}h`] : []),
    ...(minutes > 0 ? [`${minutes % 60}m`] : []),
    `${seconds % 60}s`,
  ].join("");
}
