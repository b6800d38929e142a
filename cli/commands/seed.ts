import { resolve } from "node:path";
import { Command } from "@commander-js/extra-typings";
import { countGraph } from "../backup/count";
import { confirmStack } from "../confirm";
import { refusePaused, whyNotUp } from "../container/answers";
import { engineOf } from "../container/deployed";
import { openContainer } from "../container/open";
import { jsonOption, once, stackOption, type StackOption } from "../options";
import { print, printResult } from "../output";
import { showTask } from "../progress/task";
import { readSeed, type Seed } from "../seed/file";
import { addGraph, dumpSteps, replaceGraph } from "../seed/load";
import { UserError } from "../user-error";

interface SeedOptions extends StackOption {
  readonly confirm?: string | undefined;
}

type Opened = Awaited<ReturnType<typeof openContainer>>;

export const declare = (root: string) =>
  new Command("seed")
    .description("load a graph into a stack's Neo4j")
    .argument("<file>", "a dump of neo4j-admin (.dump), or nodes and edges (.json)")
    .addOption(stackOption())
    .addOption(jsonOption())
    .option("--confirm <name>", "the stack's name, for a dump that replaces a graph", once)
    .action((file, options) => seed(root, resolve(file), options));

/** Loads a file into the graph of a stack that is up. */
async function seed(
  root: string,
  file: string,
  { confirm, ...options }: SeedOptions,
): Promise<void> {
  const found = readSeed(file);
  const opened = await openContainer(root, options);
  await requireUp(opened);
  const result =
    found.kind === "json"
      ? await add(opened, found)
      : await replace(opened, file, found.bytes, confirm);
  const counts = await countGraph(opened.container);
  print(`The graph has ${counts.nodes} nodes and ${counts.relationships} relationships now`);
  printResult({ stack: opened.stack.name, file, ...result, counts });
}

async function requireUp({ machine, stack, name }: Opened): Promise<void> {
  await refusePaused(machine, name);
  const problem = await whyNotUp(engineOf(machine), name, 0);
  if (problem !== undefined) {
    throw new UserError(
      "KALISI-SEED-NOT-UP",
      `Nothing was changed: stack ${stack.name} is not up.\n${problem}\nnpm start brings it up; npm run status shows how it is`,
    );
  }
}

async function add(
  { container }: Opened,
  { text, sizes }: Extract<Seed, { readonly kind: "json" }>,
) {
  const words = { name: "graph", doing: "loading", done: "loaded" };
  const { nodes, relationships } = await showTask(words, 1, (steps) => {
    steps.next("one transaction");
    return addGraph(container, text);
  });
  const tell = (what: string, inFile: number, { created, there }: typeof nodes) => {
    const repeated = inFile - created - there;
    const also = repeated === 0 ? "" : ` (the file repeats ${repeated})`;
    print(`${what}: ${created} created, ${there} there already${also}`);
  };
  tell("Nodes", sizes.nodes, nodes);
  tell("Relationships", sizes.edges, relationships);
  return { nodes, relationships };
}

async function replace(
  { machine, stack, settings, container, name }: Opened,
  file: string,
  bytes: number,
  confirm: string | undefined,
) {
  const replaced = await countGraph(container);
  if (replaced.nodes > 0) {
    print(
      `It replaces the graph of stack ${stack.name} on ${machine.engine.uri}: ${replaced.nodes} nodes and ${replaced.relationships} relationships`,
    );
    await confirmStack(stack.name, confirm, {
      purpose: "to replace its graph",
      refusal: "Nothing was changed",
    });
  }
  const { timeouts } = settings.checked();
  const target = { docker: engineOf(machine), name, timeouts };
  await showTask({ name: "dump", doing: "loading", done: "loaded" }, dumpSteps, (steps) =>
    replaceGraph(target, file, bytes, steps),
  );
  return { replaced };
}
