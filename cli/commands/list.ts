import { Command } from "@commander-js/extra-typings";
import { jsonOption } from "../options";
import { printResult, print } from "../output";
import { lookAtAll } from "../status/all-stacks";
import { ownStacks } from "../status/own-stacks";
import { tableLines } from "../table";

export const declare = (root: string) =>
  new Command("list")
    .description("the project's stacks, with the health and the addresses of each")
    .addOption(jsonOption())
    .action(() => list(root));

/** Lists the project's stacks. Nothing of what is found is a failure. */
async function list(root: string): Promise<void> {
  const { stacks: own, clone } = await ownStacks(root);
  const { stacks } = await lookAtAll(own, [], clone);
  const listed = stacks.filter((stack) => stack.clone === undefined);
  print(
    listed.length === 0
      ? "There is no stack yet: npm start makes one"
      : tableLines(
          listed.map(({ stack, health, url = "", ssh = "" }) => [stack, health, url, ssh]),
        ).join("\n"),
  );
  printResult({ stacks: listed });
}
