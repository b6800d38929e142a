import { existsSync } from "node:fs";
import { quoted, withoutPassword } from "../../config/quote";
import { cancelCommand } from "../locks";

/** What Pulumi says of a backend that it cannot open. */
const noBackend = /unable to open bucket|\.pulumi\/meta\.yaml|PULUMI_ACCESS_TOKEN must be set/;

/** Whether it is about the passphrase that the stack's secrets are encrypted with. */
export function isOfPassphrase(text: string): boolean {
  return /incorrect passphrase|passphrase must be set|PULUMI_CONFIG_PASSPHRASE_FILE/.test(text);
}

/** Whether the state is in a form that this Pulumi does not know yet. */
export function isOfNewerPulumi(text: string): boolean {
  return /unsupported checkpoint version|is not supported by this version of the Pulumi CLI/.test(
    text,
  );
}

/** Whether the Engine was lost on the way, in the words of the official plugin or of the client that is used here. */
export function isOfEngine(text: string): boolean {
  return /\bconnect (?:ENOENT|ECONNREFUSED|ECONNRESET)\b|socket hang up|(?:failed to|[Cc]annot) connect to (?:any docker|the Docker) daemon|no Docker Engine answers/.test(
    text,
  );
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
  if (isOfEngine(text)) {
    return [
      "The Docker Engine does not answer any more: npm run doctor says more. Once it does, the same command goes on where it ended",
    ];
  }
  if (isOfNewerPulumi(text)) {
    return [
      "A newer Pulumi has written that state. Use that one: put it first on PATH, then npm start -- --setup",
    ];
  }
  if (/could not decrypt configuration values|malformed state value/.test(text)) {
    return [
      "A secret in Pulumi.STACK.yaml is of another stack, or damaged. No setting of this project's need be one: remove what is secure there, and encryptionsalt",
    ];
  }
  const [, stack] =
    /currently locked by[\s\S]*\/locks\/\S*?([^/\s]+)\/[^/\s]+\.json/.exec(text) ?? [];
  return stack === undefined
    ? []
    : [`If that is no longer at work, free the stack: ${cancelCommand(stack)}`];
}
