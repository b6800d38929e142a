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

/**
 * What is wrong with a key's options, if anything.
 *
 * @param now when the key is to let somebody in
 */
export function checkOptions(options: string, now: Date = new Date()): string | undefined {
  if (options === "") {
    return undefined;
  }
  const parts = options.match(/(?:"(?:[^"\\]|\\.)*"|[^",])+|(?<=^|,)(?=,|$)/g) ?? [];
  const unknown = parts.find((part) => !switches.test(part) && !withValue.test(part));
  return unknown === undefined
    ? parts.map((part) => neverLetsIn(part, now)).find((reason) => reason !== undefined)
    : `sshd would ignore the key for its option ${JSON.stringify(unknown)}`;
}

/** Why an option keeps out everybody, for good. */
function neverLetsIn(option: string, now: Date): string | undefined {
  const [, name = "", value = ""] = /^([\w-]+)="(.*)"$/s.exec(option) ?? [];
  switch (name.toLowerCase()) {
    case "expiry-time": {
      const end = endOf(value);
      if (end === undefined) {
        return `sshd would ignore the key for its option ${JSON.stringify(option)}`;
      }
      return end < now ? `can let nobody in any more: it has expired, ${option}` : undefined;
    }
    case "from": {
      // The published port hands connections on: sshd sees an address of the container's network.
      const allowed = value.split(",").filter((pattern) => !pattern.trim().startsWith("!"));
      return allowed.every((pattern) => loopback.test(pattern.trim()))
        ? `can let nobody in: no connection reaches the container from ${value}`
        : undefined;
    }
    default:
      return undefined;
  }
}

const loopback = /^(?:127(?:\.[\d*?]{1,3}){3}(?:\/\d+)?|127\.\*|::1(?:\/128)?|localhost)$/;

/** `YYYYMMDD[HHMM[SS]][Z]`; the container's clock is on UTC. */
function endOf(text: string): Date | undefined {
  const [, year, month, day, hour = "00", minute = "00", second = "00"] =
    /^(\d{4})(\d\d)(\d\d)(?:(\d\d)(\d\d)(\d\d)?)?Z?$/i.exec(text) ?? [];
  const date = new Date(`${year ?? ""}-${month ?? ""}-${day ?? ""}T${hour}:${minute}:${second}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
