// The options that may come before a key: https://man.openbsd.org/sshd.8#AUTHORIZED_KEYS_FILE_FORMAT

/** sshd ignores the whole line where it does not know one. */
const switches =
  /^(?:no-)?(?:agent-forwarding|port-forwarding|pty|user-rc|x11-forwarding)$|^(?:cert-authority|no-touch-required|verify-required|restrict)$/i;
const withValue =
  /^(?:command|environment|expiry-time|from|permitlisten|permitopen|principals|tunnel)="(?:[^"\\]|\\.)*"$/is;

/** Splits a line after its options, which end at the first blank outside of quotes. */
export function splitOptions(line: string): { readonly options: string; readonly rest: string } {
  const options = /^(?:"(?:[^"\\]|\\.)*"|[^\s"])+(?=\s)/.exec(line)?.[0] ?? "";
  return { options, rest: line.slice(options.length).trim() };
}

/** What is wrong with a key's options, if anything. */
export function checkOptions(options: string): string | undefined {
  if (options === "") {
    return undefined;
  }
  const parts = options.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+|(?<=^|,)(?=,|$)/g) ?? [];
  const unknown = parts.find((part) => !switches.test(part) && !withValue.test(part));
  return unknown === undefined
    ? undefined
    : `sshd would ignore the key for its option ${JSON.stringify(unknown)}`;
}
