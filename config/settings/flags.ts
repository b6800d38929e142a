import { z } from "zod";
import { ConfigError } from "../errors";

/**
 * What a command line asks for, for one run: the topmost source of settings. Pulumi starts the program, so
 * they reach it in one environment variable, which {@link readFlags} alone reads.
 */
const flagsSchema = z.strictObject({
  autoStart: z.boolean().optional(),
  /** A file of public keys, or the keys. */
  keysFrom: z.string().optional(),
  /** Public keys as text, or a file's path. */
  authorizedKeys: z.string().optional(),
  /** Volumes that are not the stack's, to be used with what is on them. */
  adopt: z.array(z.string()).optional(),
  /** The command shows a preview's plan first, and then itself what the policies say of it. */
  planFirst: z.boolean().optional(),
});

export type Flags = Readonly<z.output<typeof flagsSchema>>;

/** Which setting each flag is. `adopt` and `planFirst` are none: they are about one run. */
export const flagPaths: readonly { readonly flag: string; readonly path: readonly string[] }[] = [
  { flag: "--no-auto-start", path: ["autoStart"] },
  { flag: "--keys-from", path: ["ssh", "keysFrom"] },
  { flag: "--authorized-keys", path: ["ssh", "authorizedKeys"] },
];

const variable = "KALISI_FLAGS";

/** The environment that hands flags to the program. */
export function flagsEnvironment(flags: Flags): Readonly<Record<string, string>> {
  return { [variable]: JSON.stringify(flags) };
}

/**
 * The flags that the environment hands on.
 *
 * @throws ConfigError where the variable was set to something else
 */
export function readFlags(environment: NodeJS.ProcessEnv): Flags {
  const text = environment[variable] ?? "";
  try {
    return text === "" ? {} : flagsSchema.parse(JSON.parse(text));
  } catch {
    throw new ConfigError([
      {
        code: "KALISI-OPTION-VARIABLE",
        setting: variable,
        problem: "is not what npm start passes to the program; use the options instead",
        fix: `unset ${variable}`,
      },
    ]);
  }
}
