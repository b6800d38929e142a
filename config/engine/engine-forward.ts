import { createHash } from "node:crypto";
import { once } from "node:events";
import { renameSync, rmSync } from "node:fs";
import { get } from "node:http";
import { connect, type Socket } from "node:net";
import { runSsh } from "./run-ssh";
import { clientWords, sshWords } from "./ssh-words";

/** What the Docker client says of where its Engine is, in words of every shell's. */
const asksWhere = ["context", "inspect", "--format", "'{{.Endpoints.docker.Host}}'"];

/**
 * Opens the connection that the sessions with a machine share, and has OpenSSH forward the socket of the Engine there:
 * of the requests, none takes a session of its own then. On a terminal OpenSSH may ask its user, for a passphrase or
 * whether a host is known.
 *
 * @param options OpenSSH's, by which sessions share a connection
 * @returns where the socket is on this machine; undefined where it cannot be had, and each request takes a session
 * @throws Error with OpenSSH's reason, where the machine is not reached
 */
export async function forwardEngine(
  uri: string,
  options: readonly string[],
): Promise<string | undefined> {
  const asked = sharedSocket(uri, options);
  const there = await engineThere(uri, options);
  const shared = await asked;
  if (there === undefined || shared === undefined) return undefined;
  const here = `${shared}-${createHash("sha256").update(there).digest("hex").slice(0, 8)}`;
  const open = await connectTo(here);
  open?.destroy();
  return open !== undefined || (await forward(uri, options, here, there)) ? here : undefined;
}

/** A connection to a socket of this machine's; undefined where nobody listens to it. */
export function connectTo(path: string): Promise<Socket | undefined> {
  const socket = connect(path);
  return once(socket, "connect").then(
    () => socket,
    () => undefined,
  );
}

/** Why a connection that sessions share is there no more; undefined where it is. */
export async function lostConnection(
  uri: string,
  options: readonly string[],
): Promise<Error | undefined> {
  const { reason } = await runSsh(control(uri, options, "check"));
  return reason && new Error("ssh: the connection was lost");
}

/** The socket of the connection that the sessions share. An OpenSSH that does not say it has none that could be used. */
async function sharedSocket(uri: string, options: readonly string[]): Promise<string | undefined> {
  const { printed } = await runSsh(sshWords(uri, ["-G", ...options]));
  const path = /^controlpath (\/.*)$/m.exec(printed)?.[1];
  return path?.includes("%") === true ? undefined : path;
}

/** The path of the Engine's socket on the other machine; undefined where it has another address. */
async function engineThere(uri: string, options: readonly string[]): Promise<string | undefined> {
  const [program = "", ...words] = sshWords(uri, options);
  // Of an option that is given twice, OpenSSH takes the first.
  const asking = process.stdin.isTTY ? ["-o", "BatchMode=no"] : [];
  // Without a command, whoever comes second to open a connection would stay beside it.
  const { printed, reason, isLost } = await runSsh([
    ...[program, ...asking, ...words],
    ...[...clientWords(uri), ...asksWhere],
  ]);
  if (isLost && reason !== undefined) throw reason;
  return /^unix:\/\/(\/\S+)\s*$/.exec(printed)?.[1];
}

/** Whether an Engine answers by it: an sshd that allows none lets it be made all the same. */
async function forward(
  uri: string,
  options: readonly string[],
  here: string,
  there: string,
): Promise<boolean> {
  // Nobody has it before it is known to answer.
  const unnamed = `${here}.${process.pid}`;
  rmSync(unnamed, { force: true });
  const words = ["-L", `${unnamed}:${there}`];
  const made = await runSsh(control(uri, options, "forward", words));
  if (made.reason !== undefined) return false;
  if (await answers(unnamed)) {
    renameSync(unnamed, here);
    return true;
  }
  await runSsh(control(uri, options, "cancel", words));
  rmSync(unnamed, { force: true });
  return false;
}

function control(
  uri: string,
  options: readonly string[],
  what: "check" | "forward" | "cancel",
  words: readonly string[] = [],
): readonly string[] {
  return sshWords(uri, [...options, "-O", what, ...words]);
}

async function answers(socketPath: string): Promise<boolean> {
  const request = get({ socketPath, path: "/_ping" });
  try {
    const [response] = (await once(request, "response")) as [{ readonly statusCode?: number }];
    return response.statusCode === 200;
  } catch {
    return false;
  } finally {
    request.destroy();
  }
}
