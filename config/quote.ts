// What is not seen, such as a blank of no width, is one as well: nobody finds it otherwise.
const controlCharacters = /[\p{Cc}\p{Cf}\u00a0\u2028\u2029]/gu;

/** A word for a shell, in single quotes; with control characters in bash's and zsh's `$'...'`. */
export function quoted(word: string): string {
  const plain = word.replaceAll("'", `'\\''`);
  return plain.search(controlCharacters) === -1
    ? `'${plain}'`
    : `$'${word.replaceAll("\\", "\\\\").replaceAll("'", "\\'").replace(controlCharacters, escape)}'`;
}

/** A word for a shell, in quotes only where it needs them. */
export function shellWord(word: string): string {
  return /^[\w.,:=/@%+-]+$/.test(word) ? word : quoted(word);
}

/** Text for one line of a terminal: control characters are shown and have no effect. */
export function printable(text: string): string {
  return text.replace(controlCharacters, escape);
}

/** Addresses for people: without whom they are for, and without a password or a token. */
export function withoutPassword(text: string): string {
  // A password may hold an @ of its own.
  return text.replace(/(:\/\/)[^/\s]*@/g, "$1***@");
}

function escape(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16);
  return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
}
