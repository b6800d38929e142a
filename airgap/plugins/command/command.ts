import { randomBytes } from "node:crypto";
import type { Context, ResourceType } from "../resource";
import { difference, refusals, type Table } from "../table";
import type { Props } from "../values";
import { run } from "./run";

/** The command inputs that this stack uses. */
export const commandTable: Table = {
  triggers: { replace: true },
  create: {},
  stdin: {},
  environment: {},
};

async function perform(inputs: Props, context: Context): Promise<Props> {
  return context.preview ? inputs : { ...inputs, ...(await run(inputs, context)) };
}

/** A command line that runs when the resource is created or changes. */
export const command: ResourceType = {
  spreadsSecrets: true,

  check(news) {
    return { inputs: news, failures: refusals("Command", commandTable, news) };
  },

  // Nothing outside is read back, so the recorded inputs alone decide.
  diff: (oldInputs, _state, news) => ({
    ...difference(commandTable, oldInputs, oldInputs, news),
    deleteBeforeReplace: false,
  }),

  async create(inputs, context) {
    const id = `command-${randomBytes(4).toString("hex")}`;
    return { id, state: await perform(inputs, context) };
  },

  read: (_id, inputs, state) => ({ inputs, state }),

  update: (_id, _state, inputs, context) => perform(inputs, context),

  delete() {
    // What a command has done stays.
  },
};
