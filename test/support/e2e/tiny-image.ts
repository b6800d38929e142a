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

/** What a shell in the container needs, and what `status` asks about its services. */
export const shellLines = [
  "RUN useradd --create-home kalisi && ln -s /usr/bin/env /usr/local/bin/as-kalisi",
  "RUN printf '#!/bin/sh\\necho true 5\\n' > /usr/local/bin/s6-svstat && chmod 755 /usr/local/bin/s6-svstat",
  "RUN mkdir /usr/local/lib/kalisi && echo 'SERVICES_DIR=/run/service SERVICES=() NEO4J_HOME=/' > /usr/local/lib/kalisi/common.sh",
];

/** A session whose stack is up on a tiny image. */
export async function startTinyStack(prefix: string): Promise<Session> {
  const user = new Session(await stackBeside(prefix));
  useTinyImage(user.clone);
  await user.prepare();
  await user.up();
  return user;
}
