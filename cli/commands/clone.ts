import { existsSync, mkdirSync, mkdtempSync, renameSync } from "node:fs";
import { basename, dirname, join, relative } from "node:path";
import { Command, Option } from "@commander-js/extra-typings";
import { cloneId } from "../../config/engine/stack-owner";
import { stateFolder } from "../../config/engine/state-file";
import { ledgerFolder } from "../../config/engine/volume-ledger";
import {
  foreignIdentity,
  keepIdentity,
  readIdentity,
  replaceIdentity,
} from "../../config/identity";
import { readMachineProfile, writeMachineProfile } from "../../config/machine-profile";
import { imageFolder } from "../container/image-record";
import { print } from "../output";
import { rollbackFolder } from "../rollback/healthy-starts";
import { UserError } from "../user-error";

const declared = () =>
  new Command("clone")
    .description("which clone of the project this is, by the label on what it makes")
    .addOption(
      new Option("--moved", "it was elsewhere before: keep what it has on an Engine").conflicts(
        "copied",
      ),
    )
    .option("--copied", "it is a copy of another: be a clone of its own, with no stack yet");

type CloneOptions = ReturnType<ReturnType<typeof declared>["opts"]>;

export const declare = (root: string) =>
  declared().action((options) => {
    clone(root, options);
  });

/** Shows which clone this is, or settles it where the folder was moved or copied. */
function clone(root: string, { moved, copied }: CloneOptions): void {
  if (moved === true) {
    keepIdentity(root);
  }
  if (copied === true) {
    become(root);
  }
  print(`This is clone ${cloneId(readIdentity(root))}, in ${root}`);
}

/** Has a copy be a clone of its own. Its former stacks are the other clone's, and so is what they have. */
function become(root: string): void {
  const other = foreignIdentity(root);
  if (other === undefined) {
    throw new UserError(
      "KALISI-CLONE-NO-COPY",
      "Nothing was changed: this clone is where it was set up. It is a copy of none, and has its own stacks",
    );
  }
  // The identity last: until then, nothing else can be done here.
  const stacks = stateFolder(root, {}) ?? "";
  const left = [stacks, ledgerFolder(root), imageFolder(root), rollbackFolder(root)].filter(
    existsSync,
  );
  if (left.length > 0) {
    const state = dirname(stacks);
    mkdirSync(state, { recursive: true, mode: 0o700 });
    const folder = mkdtempSync(join(state, `of-clone-${cloneId(other.digestKey)}-`));
    for (const path of left) renameSync(path, join(folder, basename(path)));
    print(`The state of that clone's stacks was moved to ${relative(root, folder)}`);
  }
  replaceIdentity(root);
  // Set-up's choice of Pulumi may be in the other clone's folder.
  writeMachineProfile(root, { ...readMachineProfile(root), pulumi: undefined });
}
