import { readFileSync } from "node:fs";
import { bridgePrefix } from "../../config/engine/stack-owner";
import { run } from "../process";

// The Engine keeps what others put into this chain, over restarts, and asks it first:
// https://docs.docker.com/engine/network/packet-filtering-firewalls/
const chain = "DOCKER-USER";

/**
 * Drops what comes from elsewhere for a stack's container, unless it answers the container. What this machine itself
 * sends does not pass the chain. What is in no known connection is dropped, too: the Engine's own rules accept it.
 */
const rule = `-o ${bridgePrefix}+ -m conntrack ! --ctstate RELATED,ESTABLISHED -m comment --comment kalisi-stack -j DROP`;

/** The command that does something with the rule; -w: it waits for another one that changes the firewall. */
const command = (action: "-C" | "-I" | "-D") => `iptables -w 5 ${action} ${chain} ${rule}`;

/** What somebody types, as root, to add the rule. */
export const addRuleCommand = command("-I");

/** A shell's line that adds the rule before the Engine starts, which starts its containers and makes no chain then. */
export const addRuleBeforeEngine = `iptables -w 5 -N ${chain} 2>/dev/null; ${command("-C")} 2>/dev/null || ${command("-I")}`;

function iptables(action: "-C" | "-I" | "-D"): Promise<string> {
  const [program = "", ...args] = command(action).split(" ");
  return run(program, args);
}

/** Whether the rule is there, as far as root can tell. */
export function hasRule(): Promise<boolean> {
  return iptables("-C").then(
    () => true,
    () => false,
  );
}

/** @throws UserError with what iptables says */
export async function addRule(): Promise<void> {
  await iptables("-I");
}

/** Removes the rule, as often as it is there: two commands at the same time may both have added it. */
export async function removeRule(): Promise<void> {
  while (await hasRule()) await iptables("-D");
}

/** Whether the bridge of any stack is on this machine, whichever clone and Engine made it. */
export function hasBridges(): boolean {
  const names = readFileSync("/proc/net/dev", "utf8").matchAll(/^ *(\S+):/gm);
  return [...names].some(([, name = ""]) => name.startsWith(bridgePrefix));
}
