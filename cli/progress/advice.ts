import { existsSync } from "node:fs";
import { quoted, withoutPassword } from "../../config/quote";
import type { RefusalCode } from "../../config/refusals";
import { setCommand } from "../../config/settings/set-command";
import { cancelCommand } from "../locks";

/** A kind of failure that Pulumi reports in words of its own, which do not say what to do. */
interface Kind {
  readonly matches: (text: string) => boolean;
  /** @default "KALISI-PULUMI-FAILED" */
  readonly code?: RefusalCode;
  /** Unset where the words do not say enough. */
  readonly advice: (text: string) => string | undefined;
}

const like = (pattern: RegExp) => (text: string) => pattern.test(text);

const isOfPassphrase = like(
  /incorrect passphrase|passphrase must be set|PULUMI_CONFIG_PASSPHRASE_FILE/,
);
const isOfOtherSecrets = like(/could not decrypt configuration values|malformed state value/);

/** Whether the stack's secrets cannot be read: what they are encrypted with is of another stack, or the passphrase. */
export const isOfSecrets = (text: string) => isOfPassphrase(text) || isOfOtherSecrets(text);

/** The first that matches counts. */
const kinds: readonly Kind[] = [
  {
    matches: (text) =>
      process.env["PULUMI_BACKEND_URL"] !== undefined &&
      /unable to open bucket|\.pulumi\/meta\.yaml|PULUMI_ACCESS_TOKEN must be set/.test(text),
    advice: () =>
      `PULUMI_BACKEND_URL names where Pulumi keeps its state: ${withoutPassword(process.env["PULUMI_BACKEND_URL"] ?? "")}. Correct it; for the state in .pulumi-state: unset PULUMI_BACKEND_URL`,
  },
  {
    matches: () => process.env["TMPDIR"] !== undefined && !existsSync(process.env["TMPDIR"]),
    advice: () =>
      `TMPDIR names a folder that is not there: mkdir ${quoted(process.env["TMPDIR"] ?? "")}, or: unset TMPDIR`,
  },
  {
    matches: isOfPassphrase,
    code: "KALISI-STACK-PASSPHRASE",
    advice: () =>
      "The stack's passphrase is empty unless you gave it one: unset PULUMI_CONFIG_PASSPHRASE PULUMI_CONFIG_PASSPHRASE_FILE, and try again",
  },
  {
    // In the words of the official plugin, or of the client that is used here.
    matches: like(
      /\bconnect (?:ENOENT|ECONNREFUSED|ECONNRESET)\b|socket hang up|(?:failed to|[Cc]annot) connect to (?:any docker|the Docker) daemon|no Docker Engine answers|connection to the Engine was lost|(?:^|: )ssh: /m,
    ),
    code: "KALISI-ENGINE-UNREACHABLE",
    advice: () =>
      "The Docker Engine does not answer any more: npm run doctor says more. Once it does, the same command goes on where it ended",
  },
  {
    // In the words of an older Engine, or of a newer one.
    matches: like(/non-overlapping IPv4 address pool|predefined address pools have been fully/),
    code: "KALISI-NETWORK-POOL-EMPTY",
    advice: () =>
      `Remove networks that nobody uses (docker network prune), or choose a range for this stack: ${setCommand(["network", "subnet"], "10.80.0.0/24")}`,
  },
  {
    matches: like(
      /unsupported checkpoint version|is not supported by this version of the Pulumi CLI/,
    ),
    code: "KALISI-STACK-NEWER",
    advice: () =>
      "A newer Pulumi has written that state. Use that one: put it first on PATH, then npm start -- --setup",
  },
  {
    matches: isOfOtherSecrets,
    advice: () =>
      "A secret in Pulumi.STACK.yaml is of another stack, or damaged. No setting of this project's need be one: remove what is secure there, and encryptionsalt",
  },
  {
    matches: like(/currently locked by/),
    code: "KALISI-STACK-LOCKED",
    advice: (text) => {
      const [, stack] = /\/locks\/\S*?([^/\s]+)\/[^/\s]+\.json/.exec(text) ?? [];
      return stack && `If that is no longer at work, free the stack: ${cancelCommand(stack)}`;
    },
  },
];

const kindOf = (text: string) => kinds.find(({ matches }) => matches(text));

/** What to do about a failure that Pulumi reports, where its own words do not say it: a line, or none. */
export function adviceOn(text: string): readonly string[] {
  const advice = kindOf(text)?.advice(text);
  return advice === undefined ? [] : [advice];
}

/** Of which kind a failure that Pulumi reports is. */
export function codeOf(text: string): RefusalCode {
  return kindOf(text)?.code ?? "KALISI-PULUMI-FAILED";
}
