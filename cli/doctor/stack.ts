import { relative } from "node:path";
import { damagedFiles } from "../../config/engine/mend-state";
import { isThere } from "../../config/files/kept-settings";
import type { Inputs } from "../../config/inputs";
import { printable } from "../../config/quote";
import { describeLocks } from "../locks";
import { inTheWay } from "../refuse-early";
import { findingOf, ok, problem, warning, type Finding } from "./finding";

/** A stack's settings and the files that they name. */
export function checkInputs(
  root: string,
  { config, problems, warnings }: Inputs,
): readonly Finding[] {
  const { envFile, source, ssh } = config;
  const name = relative(root, envFile.path);
  return [
    ...(source.appRoot === ""
      ? []
      : [
          ok(
            "source tree",
            [source.appRoot, source.revision?.revision.slice(0, 12)].filter(Boolean).join(" at "),
          ),
          isThere(envFile.path)
            ? ok("settings file", name)
            : warning(
                "settings file",
                `${name} is not there yet`,
                "npm start or npm run env makes it",
              ),
        ]),
    ...(ssh.keys.length === 0
      ? []
      : [ok("SSH keys", ssh.keys.map(({ fingerprint }) => fingerprint).join(", "))]),
    ...inTheWay(problems).map(findingOf),
    ...warnings.map((line) => warning("settings", printable(line))),
  ];
}

/** Who is changing a stack, or was when Pulumi was killed. */
export function checkLocks(root: string, stack: string): readonly Finding[] {
  const { held, released } = describeLocks(root, stack);
  return [
    ...held.map((who) =>
      problem(
        "KALISI-STACK-LOCKED",
        "lock",
        `stack ${stack} is locked by ${who}`,
        "wait for its end, or see npm start",
      ),
    ),
    ...released.map((who) =>
      warning("lock", `stack ${stack} was locked by ${who}, which has ended`, "npm start frees it"),
    ),
  ];
}

/** Pulumi's record of what there is, as far as it can be seen without Pulumi. */
export function checkState(root: string): readonly Finding[] {
  return damagedFiles(root, process.env).map((file) =>
    warning("state", `${file} is damaged`, "npm start mends it: a stack's from its newest copy"),
  );
}
