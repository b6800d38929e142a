import { existsSync } from "node:fs";
import { quoted } from "../../config/quote";
import { cancelCommand } from "../locks";
import { withoutPassword } from "../../config/quote";

/** What Pulumi says of a backend that it cannot open. */
const noBackend = /unable to open bucket|\.pulumi\/meta\.yaml|PULUMI_ACCESS_TOKEN must be set/;

/** Whether it is about the passphrase that the stack's secrets are encrypted with. */
export function isOfPassphrase(text: string): boolean {
  return /incorrect passphrase|passphrase must be set|PULUMI_CONFIG_PASSPHRASE_FILE/.test(text);
}

/**
 * What to do about a failure that Pulumi reports, where its own words do not say it: a line each.
 *
 * @param text what it reports
 */
export function adviceOn(text: string): readonly string[] {
  const { PULUMI_BACKEND_URL: backend, TMPDIR: temporary } = process.env;
  if (backend !== undefined && noBackend.test(text)) {
    return [
      `PULUMI_BACKEND_URL names where Pulumi keeps its state: ${withoutPassword(backend)}. Correct it; for the state in .pulumi-state: unset PULUMI_BACKEND_URL`,
    ];
  }
  if (temporary !== undefined && !existsSync(temporary)) {
    return [
      `TMPDIR names a folder that is not there: mkdir ${quoted(temporary)}, or: unset TMPDIR`,
    ];
  }
  if (isOfPassphrase(text)) {
    return [
      "The stack's passphrase is empty unless you gave it one: unset PULUMI_CONFIG_PASSPHRASE PULUMI_CONFIG_PASSPHRASE_FILE, and try again",
    ];
  }
  const [, stack] =
    /currently locked by[\s\S]*\/locks\/\S*?([^/\s]+)\/[^/\s]+\.json/.exec(text) ?? [];
  return stack === undefined
    ? []
    : [`If that is no longer at work, free the stack: ${cancelCommand(stack)}`];
}
