import { execFile } from "node:child_process";
import { createServer } from "node:net";
import { promisify } from "node:util";

/** A port of 127.0.0.1 that is to be published, and the setting that chose it. */
export interface WantedPort {
  readonly setting: string;
  readonly port: number;
}

const run = promisify(execFile);

/** Whether nobody on this machine listens on a port of an address. Of one that this machine does not have, nobody does. */
export function isFree(port: number, host = "127.0.0.1"): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", ({ code }: NodeJS.ErrnoException) => {
      resolve(code !== "EADDRINUSE");
    });
    server.listen({ host, port, exclusive: true }, () => {
      server.close(() => {
        resolve(true);
      });
    });
  });
}

/** A program that listens on a port. */
export interface Program {
  readonly name: string;
  readonly pid: number;
}

/** Who listens on a port, where the system says so: it shows another user's programs to root alone. */
export async function listener(port: number): Promise<Program | undefined> {
  return (
    parseSs(await output("ss", ["-Hltnp", `sport = :${port}`])) ??
    parseLsof(await output("lsof", ["-nP", `-iTCP:${port}`, "-sTCP:LISTEN", "-Fpc"]))
  );
}

/** Of `users:(("node",pid=123,fd=20))`. */
export function parseSs(text: string): Program | undefined {
  const [, name, pid] = /\(\("([^"]+)",pid=(\d+)/.exec(text) ?? [];
  return name === undefined ? undefined : { name, pid: Number(pid) };
}

/** Of `p123` and `cnode`, a line each. */
export function parseLsof(text: string): Program | undefined {
  const [, pid, name] = /^p(\d+)\n(?:f.*\n)?c(.+)$/m.exec(text) ?? [];
  return name === undefined ? undefined : { name, pid: Number(pid) };
}

/** A command's output; none where it is missing or fails. */
async function output(command: string, args: readonly string[]): Promise<string> {
  try {
    return (await run(command, args, { timeout: 2000 })).stdout;
  } catch {
    return "";
  }
}

/** What to tell of a port that is published on 127.0.0.1 alone, and that somebody has on the other address of localhost. */
export async function adviseOnLocalhost(port: number): Promise<string | undefined> {
  return (await isFree(port, "::1"))
    ? undefined
    : `Another program listens on [::1]:${port}, where a browser may be led by the name localhost: use 127.0.0.1:${port}`;
}
