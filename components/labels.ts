/** Labels as the provider takes them, in an order of their own. */
export function toLabels(
  ...labels: readonly (Readonly<Record<string, string>> | undefined)[]
): { label: string; value: string }[] {
  return labels
    .flatMap((some) => Object.entries(some ?? {}))
    .map(([label, value]) => ({ label, value }))
    .sort((a, b) => a.label.localeCompare(b.label));
}
