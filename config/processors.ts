/**
 * A number of processors as the official docker plugin spells what it reads back: it takes another spelling for a change.
 * In helpers.go of the Terraform provider it is nanoInt64ToDecimalString.
 */
export function spellProcessors(processors: number): string {
  const digits = processors.toFixed(9);
  const spelled =
    digits.split("0").length === 10 ? processors.toFixed(1) : digits.replace(/0+$/, "");
  // What it rounds when it reads, such as 0.05, is written as it is.
  return Number(spelled) === processors ? spelled : String(processors);
}
