import { randomBytes } from "node:crypto";
import type { ResourceType } from "../resource";
import { difference, refusals, type Table } from "../table";
import { text, type Props } from "../values";
import { run, type Output } from "./run";

export const commandTable: Table = {
  triggers: { replace: true },
  create: {},
  update: {},
  delete: {},
  stdin: {},
  environment: {},
  dir: {},
  interpreter: {},
  logging: {},
  addPreviousOutputInEnv: {},
};

function outputs(state: Props): Output {
  return { stdout: text(state["stdout"]) ?? "", stderr: text(state["stderr"]) ?? "" };
}

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
    const line = text(inputs["create"]);
    if (context.preview) return { id, state: inputs };
    if (line === undefined) return { id, state: { ...inputs, stdout: "", stderr: "" } };
    return { id, state: { ...inputs, ...(await run(line, inputs, {}, context)) } };
  },

  read: (_id, inputs, state) => ({ inputs, state }),

  async update(_id, state, inputs, context) {
    const previous = outputs(state);
    const line = text(inputs["update"]) ?? text(inputs["create"]);
    if (context.preview) return inputs;
    if (line === undefined) return { ...inputs, ...previous };
    return { ...inputs, ...(await run(line, inputs, previous, context)) };
  },

  async delete(_id, state, context) {
    const line = text(state["delete"]);
    if (line !== undefined) await run(line, state, outputs(state), context);
  },
};
