import { gitCall } from "../../config/files/git";
import { run } from "../process";
import { UsageError, UserError } from "../user-error";

/**
 * Runs git without a shell, and without asking anything: where it would ask for a password, it fails.
 *
 * @param label what is printed now and then while it runs
 * @returns what it wrote to stdout
 * @throws UserError with git's message
 */
export function git(args: readonly string[], label?: string): Promise<string> {
  const call = gitCall(args);
  return run("git", call.args, {
    env: call.environment,
    ...(label === undefined ? {} : { label }),
  });
}

/** The parts of an answer to a command with `-z`. */
export function parts(answer: string): readonly string[] {
  return answer.split("\0").filter((part) => part !== "");
}

/** A remote that gives nothing for so long, in seconds, does not answer. */
const patienceSeconds = 30;

/** Options for what talks to a remote: it gives up when nothing comes. */
export const impatient = [
  ...["-c", "http.lowSpeedLimit=1"],
  ...["-c", `http.lowSpeedTime=${patienceSeconds}`],
] as const;

/** Refuses what git would take for an option, or not take for a branch. */
export async function checkRemote(repository: string, ref: string): Promise<void> {
  if (repository.startsWith("-")) {
    throw new UsageError(
      "KALISI-GIT-NAME",
      `kalisi:source.repository = ${JSON.stringify(repository)}: begins with "-"\n  fix: name a repository's address`,
    );
  }
  // With --branch git would also accept another name of a branch, such as @{-1}.
  const isBranch = await git(["check-ref-format", `refs/heads/${ref}`]).then(
    () => !ref.startsWith("-"),
    (error: unknown) => {
      // Of a name that it does not allow, git says nothing.
      const { message } = error as Error;
      if (!message.includes("fatal: ")) return false;
      throw new UserError(
        "KALISI-GIT-SETTINGS",
        `${message}\nCorrect git's settings: git config --list says where`,
      );
    },
  );
  if (!isBranch) {
    throw new UsageError(
      "KALISI-GIT-NAME",
      `kalisi:source.ref = ${JSON.stringify(ref)}: git allows no branch of that name\n  fix: name a branch, such as main`,
    );
  }
}
