import type { Container, ContainerInspectInfo } from "dockerode";
import { inputOf } from "../paths";
import { InitFailedError, type ResourceType } from "../resource";
import { difference, refreshed, refusals, withDefaults } from "../table";
import { text, type Props } from "../values";
import { engineMessage, isDoneAlready, isNotFound } from "../../../config/engine/message";
import { docker, engineError } from "./client";
import { schemaVersion } from "./common";
import { live } from "./container-live";
import { createOptions, updatable } from "./container-spec";
import { containerTable, updatedInPlace } from "./container-table";
import { ensureImage } from "./pull";

// Terraform's "taint": a container that never became what was asked for is replaced by the next up.
const failureKey = "__failed";

async function inspect(id: string): Promise<ContainerInspectInfo | undefined> {
  try {
    return await docker().getContainer(id).inspect();
  } catch (error) {
    if (isNotFound(error)) {
      return undefined;
    }
    throw engineError("Unable to inspect container", error);
  }
}

async function start(container: Container): Promise<void> {
  try {
    await container.start();
  } catch (error) {
    throw engineError("Unable to start container", error);
  }
}

async function stateOf(id: string, inputs: Props): Promise<Props> {
  const info = await inspect(id);
  if (info === undefined) {
    throw new Error(`the container ${id} vanished`);
  }
  return { ...inputs, ...live(info, inputs), ...schemaVersion(2) };
}

function ignoreGone(error: unknown): void {
  if (!isDoneAlready(error)) {
    throw new Error(engineMessage(error));
  }
}

/** A container that is created, started, and stopped with grace. */
export const container: ResourceType = {
  check(news) {
    const missing = ["name", "image"]
      .filter((key) => news[key] === undefined)
      .map((property) => ({ property, reason: `a container needs "${property}"` }));
    return { inputs: news, failures: [...refusals("Container", containerTable, news), ...missing] };
  },

  diff(_oldInputs, state, news) {
    const found = difference(containerTable, state, news);
    return state[failureKey] === undefined
      ? found
      : { ...found, properties: { ...found.properties, wait: "update_replace" } };
  },

  async create(inputs, context) {
    // The official plugin plans its defaults, too.
    if (context.preview) {
      return { id: "", state: withDefaults(containerTable, inputs) };
    }
    const wanted = withDefaults(containerTable, inputs);
    await ensureImage(text(inputs["image"]) ?? "", context);
    let container: Container;
    try {
      container = await docker().createContainer(createOptions(wanted));
    } catch (error) {
      throw engineError("Unable to create container", error);
    }
    try {
      await start(container);
      return { id: container.id, state: await stateOf(container.id, wanted) };
    } catch (error) {
      const reason = engineMessage(error);
      throw new InitFailedError(reason, container.id, {
        ...wanted,
        ...schemaVersion(2),
        [failureKey]: reason,
      });
    }
  },

  async read(id, inputs, state) {
    const info = await inspect(id);
    if (info === undefined) {
      return undefined;
    }
    const found = live(info, state);
    return {
      inputs: refreshed(containerTable, inputs, found),
      // A limit that somebody else has set is recorded, though the program sets none.
      state: refreshed(containerTable, { cpus: "", ...state }, found),
    };
  },

  async update(id, state, inputs, context) {
    const wanted = withDefaults(containerTable, inputs);
    if (context.preview) {
      return { ...state, ...wanted };
    }
    const changed = Object.keys(difference(containerTable, state, inputs).properties).map(inputOf);
    const container = docker().getContainer(id);
    if (changed.includes("mustRun")) {
      await start(container);
    }
    if (updatedInPlace.some((key) => changed.includes(key))) {
      try {
        await container.update(updatable(wanted));
      } catch (error) {
        throw engineError("Unable to update a container", error);
      }
    }
    const dropped = changed.filter((key) => !(key in wanted));
    const kept = Object.entries(state).filter(([key]) => !dropped.includes(key));
    return { ...Object.fromEntries(kept), ...wanted };
  },

  async delete(id, state) {
    const container = docker().getContainer(id);
    const grace = Number(state["destroyGraceSeconds"] ?? 0);
    await container.stop({ t: grace }).catch(ignoreGone);
    await container.remove({ v: true, force: true }).catch(ignoreGone);
    await container.wait({ condition: "not-running" }).catch(ignoreGone);
  },
};
