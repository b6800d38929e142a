import { passphraseVariable } from "../../config/settings/misspelt-variables";
import { askHidden } from "../ask";
import { UsageError, UserError } from "../user-error";

/**
 * Has the passphrase of a backup's secrets; asks for it where there is a terminal.
 *
 * @param what `new`: it is asked for twice
 * @throws UserError where none is typed, or not the same twice
 */
export type AskPassphrase = (what: "new" | "present") => Promise<string>;

/**
 * Finds out where the passphrase of a backup's secrets comes from. It is taken out of the environment, so that no other
 * program gets it.
 *
 * @param refusal what an error begins with, such as `Nothing was backed up`
 * @throws UserError where there is no way to have one, before anything is done
 */
export function findPassphrase(
  refusal: string,
  environment: NodeJS.ProcessEnv = process.env,
  hasTerminal = process.stdin.isTTY,
): AskPassphrase {
  const given = environment[passphraseVariable];
  Reflect.deleteProperty(environment, passphraseVariable);
  if (given === "") {
    throw new UserError(
      code,
      `${refusal}: ${passphraseVariable} is empty.\nSet it to the passphrase, or unset it to be asked on a terminal`,
    );
  }
  if (given !== undefined) return () => Promise.resolve(given);
  if (!hasTerminal) {
    throw new UsageError(
      code,
      `${refusal}: the secrets need a passphrase, and there is no terminal to ask on.\nSet ${passphraseVariable} for the command`,
    );
  }
  return (what) => askFor(what, refusal);
}

const code = "KALISI-BACKUP-PASSPHRASE";

async function askFor(what: "new" | "present", refusal: string): Promise<string> {
  const refused = (why: string) => new UserError(code, `${refusal}: ${why}`);
  const typed = async (question: string) => {
    const answer = await askHidden(`${question} (it is not shown): `);
    if (answer === undefined) throw refused("no passphrase was typed");
    return answer;
  };
  const passphrase = await typed("Passphrase of the backup's secrets");
  if (passphrase === "") throw refused("the passphrase is empty");
  if (what === "new" && (await typed("The same once more")) !== passphrase) {
    throw refused("the two passphrases differ");
  }
  return passphrase;
}
