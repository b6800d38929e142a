import { homedir } from "node:os";
import { allDockerHosts } from "../../config/engine/endpoint";
import type { Problem } from "../../config/errors";
import { printable } from "../../config/quote";
import { printResult, print } from "../output";
import { tableLines } from "../table";
import { lookAtAll, type Seen, type SeenStack } from "./all-stacks";
import { ownStacks } from "./own-stacks";

/**
 * Reports how all stacks are, on the Engines of this clone's and on those that the Docker client knows. Exit code 1
 * where one of this clone's is up and not healthy, or cannot be seen.
 */
export async function statusOfAll(root: string): Promise<void> {
  const { stacks: own, clone } = await ownStacks(root);
  const { hosts, problems } = allDockerHosts(process.env, homedir());
  const { stacks, engines } = await lookAtAll(own, hosts, clone);
  print(linesOf({ stacks, engines }, problems).join("\n"));
  const fine = stacks.every(
    ({ clone: other, health }) => other !== undefined || ["healthy", "down"].includes(health),
  );
  printResult({
    healthy: fine,
    stacks,
    engines,
    problems: problems.map(({ code, setting, value, problem }) => ({
      ...{ code, setting, value, problem },
    })),
  });
  process.exitCode = fine ? 0 : 1;
}

/**
 * What people are shown: tables, and what does not answer or cannot be used.
 *
 * @param problems of what names an Engine
 */
export function linesOf(
  { stacks, engines }: Seen,
  problems: readonly Problem[],
): readonly string[] {
  const ours = stacks.filter((stack) => stack.clone === undefined);
  const others = stacks.filter((stack) => stack.clone !== undefined);
  const lines = [
    ...(ours.length === 0
      ? ["There is no stack of this clone yet: npm start makes one"]
      : tableLines(ours.map(cells))),
    ...(others.length === 0 ? [] : ["Of other clones:", ...tableLines(others.map(cells))]),
    ...engines.flatMap(({ uri, origin, problem }) =>
      problem === undefined ? [] : [`${uri} (from ${origin}) does not answer: ${problem}`],
    ),
    ...problems.map(
      ({ setting, value, problem }) =>
        `${value === undefined ? setting : `${setting} = "${value}"`}: ${problem}`,
    ),
  ];
  // Another clone's labels may hold anything.
  return lines.map(printable);
}

function cells(seen: SeenStack): readonly string[] {
  const { stack, clone, health, since = "", engine = "", url = "" } = seen;
  return [...(clone === undefined ? [] : [clone]), stack, health, since, engine, url];
}
