import { Command } from "@commander-js/extra-typings";
import type { Stack } from "@pulumi/pulumi/automation";
import { dockerClient } from "../../config/engine/client";
import { chooseStack } from "../choose-stack";
import { readDeployed } from "../container/deployed";
import { jsonOption } from "../options";
import { printResult, print } from "../output";
import { findTools } from "../setup";
import { containerStatus } from "../status/container-status";

/** A stack of this project. */
interface Listed {
  readonly stack: string;
  /** As `npm run status` has it; `down` without a container, `unknown` where its Engine does not answer. */
  readonly health: string;
  readonly container?: string;
  readonly url?: string;
  readonly ssh?: string;
}

export const declare = (root: string) =>
  new Command("list")
    .description("the project's stacks, with the health and the addresses of each")
    .addOption(jsonOption())
    .action(() => list(root));

/** Lists the project's stacks. Nothing of what is found is a failure. */
async function list(root: string): Promise<void> {
  const tools = await findTools(root, { redo: false });
  const { existing, open } = await chooseStack(root, tools, undefined);
  const opened = await Promise.all(existing.map(open));
  const stacks = await Promise.all(opened.flatMap((stack) => stack ?? []).map(describeStack));
  print(stacks.length === 0 ? "There is no stack yet: npm start makes one" : toTable(stacks));
  printResult({ stacks });
}

async function describeStack(stack: Stack): Promise<Listed> {
  const { host, container, addresses } = await readDeployed(stack);
  if (host === undefined || container === undefined) {
    return { stack: stack.name, health: "down" };
  }
  const health = await containerStatus(dockerClient(host), container).then(
    (status) => status.health,
    () => "unknown",
  );
  return { stack: stack.name, health, container, ...addresses };
}

function toTable(stacks: readonly Listed[]): string {
  const rows = stacks.map(({ stack, health, url = "", ssh = "" }) => [stack, health, url, ssh]);
  const widths = [0, 1, 2].map((column) =>
    Math.max(...rows.map((cells) => (cells[column] ?? "").length)),
  );
  return rows
    .map((cells) =>
      cells
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .join("\n");
}
