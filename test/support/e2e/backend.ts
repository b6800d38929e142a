import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { writeText } from "../files";
import type { Session } from "./session";
import { configure, stackBeside } from "./stack";

/** Where a backend that is a folder keeps a stack's state. */
export function stateFile(backend: string, stack: string): string {
  return join(backend, ".pulumi", "stacks", "kalisi", `${stack}.json`);
}

/** The backend of a user who names none. */
export function projectBackend({ clone }: Session): string {
  return join(clone.path, ".pulumi-state");
}

/** Makes a backend beside a user's clone, and a stack in it; `env` has a command use both. */
export async function ownBackend(user: Session) {
  const own = await stackBeside("own");
  const backend = join(user.clone.path, "..", "backend");
  mkdirSync(backend);
  const env = {
    PULUMI_BACKEND_URL: `file://${backend}`,
    PULUMI_CONFIG_PASSPHRASE: "my own",
    PULUMI_STACK: own.name,
  };
  await user.sh(`npm run pulumi -- stack init ${own.name}`, env);
  await configure(user, own, env);
  return { own, backend, env };
}

/** Reads a stack's configuration; what is returned writes it as it was. */
export function keepConfig({ clone, stack }: Session): () => void {
  const settings = join(clone.path, `Pulumi.${stack.name}.yaml`);
  const before = readFileSync(settings, "utf8");
  return () => {
    writeText(settings, before);
  };
}
