import { homedir } from "node:os";
import { shellWord } from "../quote";
import { findDockerHost } from "./endpoint";

/**
 * A command of the Docker client for people to type: with the Engine that it is meant for, unless that is the one
 * that their client talks to by itself. Typed without it, a removal would be on another Engine.
 *
 * @param uri the Engine's address
 * @param words what follows `docker`
 * @param environment of the shell that it will be typed in
 */
export function dockerCommand(
  uri: string,
  words: string,
  environment: NodeJS.ProcessEnv = process.env,
  home = homedir(),
): string {
  return uri === ownEngine(environment, home)
    ? `docker ${words}`
    : `docker -H ${shellWord(uri)} ${words}`;
}

/** Undefined where the Docker client's own settings cannot be read, or name none. */
function ownEngine(environment: NodeJS.ProcessEnv, home: string): string | undefined {
  try {
    return findDockerHost(environment, home).uri;
  } catch {
    return undefined;
  }
}
