import { randomUUID } from "node:crypto";
import { join } from "node:path";
import type { Clone } from "./clone";
import { writeText } from "../files";
import { Session } from "./session";
import { stackBeside } from "./stack";

const program = (path: string, ...lines: readonly string[]) =>
  `printf '${["#!/bin/sh", ...lines].join("\\n")}\\n' > ${path} && chmod 755 ${path}`;

/**
 * Puts in the place of a clone's Dockerfile one that is built in a second and does nothing: for tests of what
 * becomes of an image, whatever is in it. Each call's image is another one.
 *
 * @param more further lines of it
 */
export function useTinyImage(clone: Clone, more: readonly string[] = []): void {
  writeText(
    join(clone.path, "docker", "Dockerfile"),
    [
      "ARG BASE_IMAGE=ubuntu:24.04",
      "FROM ${BASE_IMAGE}",
      `RUN ${program("/usr/local/bin/kalisi-health")} && \\`,
      `    ${program("/usr/local/sbin/kalisi-authorized-keys", "cat > /dev/null")}`,
      `LABEL kalisi.test=${randomUUID()}`,
      `CMD ["sh", "-c", "trap 'exit 0' TERM; sleep infinity & wait"]`,
      ...more,
      "",
    ].join("\n"),
  );
}

/** A session whose stack is up on a tiny image. */
export async function startTinyStack(prefix: string): Promise<Session> {
  const user = new Session(await stackBeside(prefix));
  useTinyImage(user.clone);
  await user.prepare();
  await user.up();
  return user;
}
