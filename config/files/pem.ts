/** The certificates of a text in PEM, a block each; whatever else it holds is left out. */
export function certificateBlocks(text: string): readonly string[] {
  return text.match(/-----BEGIN CERTIFICATE-----[\s\S]*?-----END CERTIFICATE-----/g) ?? [];
}
