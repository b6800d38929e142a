import { randomBytes } from "node:crypto";
import type { Context, ResourceType } from "../resource";
import { difference, refusals, type Kind, type Table } from "../table";
import { unknownMark, type Props } from "../values";
import { run } from "./run";

/** The command inputs that this stack uses. */
export const commandTable: Table = {
  triggers: {},
  create: {},
  delete: {},
  stdin: {},
  environment: {},
};

async function perform(inputs: Props, context: Context): Promise<Props> {
  const printed = context.preview
    ? { stdout: unknownMark, stderr: unknownMark }
    : await run("create", inputs, context);
  return { ...inputs, ...printed };
}

/** A command line that runs when the resource is created or changes, and another one when it is deleted. */
export const command: ResourceType = {
  check(news) {
    return { inputs: news, failures: refusals("Command", commandTable, news) };
  },

  // Nothing outside is read back, so the recorded inputs alone decide.
  diff(oldInputs, _state, news) {
    const { properties } = difference(commandTable, oldInputs, news);
    const { triggers } = properties;
    // Of a trigger in the list, the SDK's `replaceOnChanges` makes the engine replace.
    const whole = triggers === undefined ? {} : { triggers: `${triggers}_replace` as Kind };
    return { properties: { ...properties, ...whole }, deleteBeforeReplace: false };
  },

  async create(inputs, context) {
    const id = `command-${randomBytes(4).toString("hex")}`;
    return { id, state: await perform(inputs, context) };
  },

  read: (_id, inputs, state) => ({ inputs, state }),

  update: (_id, _state, inputs, context) => perform(inputs, context),

  // Without a line for it, what a command has done stays.
  async delete(_id, state, context) {
    if (state["delete"] !== undefined) await run("delete", state, context);
  },
};
