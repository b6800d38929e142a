import { isIPv4 } from "node:net";

/** https://www.rfc-editor.org/rfc/rfc1918, and https://www.rfc-editor.org/rfc/rfc6598 for what carriers share. */
const privateRanges = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"];

/** Beyond it, a range has no address left beside its own two and the gateway's. */
const longestPrefix = 30;

/** The bits of an IPv4 address; undefined where it is none. */
function bitsOf(address: string): string | undefined {
  return isIPv4(address)
    ? address
        .split(".")
        .map((part) => Number(part).toString(2).padStart(8, "0"))
        .join("")
    : undefined;
}

/** The bits that the addresses of a range share; undefined where the text is no range of IPv4 addresses. */
function sharedBits(range: string): string | undefined {
  const [address = "", prefix = ""] = range.split("/");
  return /^(?:[0-9]|[12]\d|3[0-2])$/.test(prefix)
    ? bitsOf(address)?.slice(0, Number(prefix))
    : undefined;
}

/** Whether a text is a range, by its first address, that a network of this machine may have. */
export function isPrivateSubnet(text: string): boolean {
  const shared = sharedBits(text);
  return (
    shared !== undefined &&
    shared.length <= longestPrefix &&
    bitsOf(text.split("/")[0] ?? "") === shared.padEnd(32, "0") &&
    privateRanges.some((range) => shared.startsWith(sharedBits(range) ?? "none"))
  );
}

/**
 * Whether two ranges have an address in common. A range that is no IPv4 one has none.
 *
 * @example overlap("10.0.0.0/8", "10.1.2.3/24")
 */
export function overlap(one: string, other: string): boolean {
  const [a, b] = [sharedBits(one), sharedBits(other)];
  return a !== undefined && b !== undefined && (a.startsWith(b) || b.startsWith(a));
}
