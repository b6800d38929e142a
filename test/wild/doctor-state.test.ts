import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { changing, edit } from "../support/changing";
import { doctor, makeStack, nothing, tryRows } from "../support/wild";
import { problem, settings, warning } from "../support/wild-doctor";

// What test/wild/states.test.ts has the other commands refuse, doctor tells beforehand, in the same words.

const newer = "A newer Pulumi has written that state. Use that one";
const notSecret = "A secret in Pulumi.STACK.yaml is of another stack, or damaged";

tryRows(
  [
    warning("a state that is damaged", "state: .pulumi-state/.pulumi/stacks/kalisi/wild.json is", {
      put: changing(".pulumi-state", (path) => {
        writeFileSync(join(path, ".pulumi/stacks/kalisi/wild.json"), "");
      }),
    }),
    warning("a state's form that is cut short", "state: .pulumi-state/.pulumi/meta.yaml", {
      put: changing(".pulumi-state", (path) => {
        writeFileSync(join(path, ".pulumi/meta.yaml"), "");
      }),
    }),
    problem("a state of a newer Pulumi", "999  [KALISI-STACK-NEWER", newer, {
      put: changing(".pulumi-state", (path) => {
        edit(join(path, ".pulumi/stacks/kalisi/wild.json"), /"version":\s*\d+/, '"version":999');
      }),
    }),
    problem("a state in a newer form", "version of the Pulumi CLI  [KALISI-STACK-NEWER", newer, {
      put: changing(".pulumi-state", (path) => {
        edit(join(path, ".pulumi/meta.yaml"), /\d+/, "99");
      }),
    }),
    problem("another stack's salt", "malformed state value  [KALISI-PULUMI-FAILED", notSecret, {
      put: changing("Pulumi.wild.yaml", (path) => {
        writeFileSync(path, "encryptionsalt: nonsense\n");
      }),
    }),
    problem("another stack's secret", "nonce size is incorrect  [KALISI-PULUMI-FAILED", notSecret, {
      put: settings("sudo:\n    secure: v1:AAAA:BBBB"),
    }),
    problem(
      "another passphrase",
      "incorrect passphrase  [KALISI-STACK-PASSPHRASE",
      "The stack's passphrase is empty unless you gave it one",
      { env: { PULUMI_CONFIG_PASSPHRASE: "canary" } },
    ),
    {
      given: "a stack without a file, which gets none",
      put: changing("Pulumi.wild.yaml", (path) => {
        rmSync(path);
      }),
      typed: doctor,
      code: 0,
      last: nothing,
    },
    {
      given: "no state, which is not begun",
      put: changing(".pulumi-state", (path) => {
        rmSync(join(path, ".pulumi"), { recursive: true });
      }),
      typed: `${doctor} && ls .pulumi-state/.pulumi`,
      code: 2,
      last: "No such file or directory",
    },
  ],
  makeStack,
);
