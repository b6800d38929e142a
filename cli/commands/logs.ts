import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import { podLog } from "../cluster/log";
import { containerLog } from "../container/log";
import { containerOf } from "../container/open";
import { readServiceNames } from "../container/services";
import type { LogLine } from "../log";
import { openAnywhere } from "../open-stack";
import { once, stackOption, type StackOption } from "../options";
import { UsageError } from "../user-error";

interface LogsOptions extends StackOption {
  readonly follow?: true | undefined;
  /** In lines. */
  readonly tail?: number | undefined;
}

export const declare = (root: string) =>
  new Command("logs")
    .description("the container's log")
    .addOption(stackOption())
    .argument("[services...]", "whose lines to show (default: everybody's)")
    .option("-f, --follow", "go on until Ctrl-C")
    .option("-n, --tail <lines>", "only the last lines", wholeNumber)
    .action((services, options) => logs(root, services, options));

function wholeNumber(text: string, before: number | undefined): number {
  if (!/^\d+$/.test(text)) {
    throw new InvalidArgumentError("Expected a number of lines.");
  }
  return Number(once(text, before?.toString()));
}

/** Shows the container's log, or some services' lines of it. */
async function logs(
  root: string,
  services: readonly string[],
  { follow, tail, ...options }: LogsOptions,
): Promise<void> {
  const opened = await openAnywhere(root, options);
  const log =
    "cluster" in opened ? podLog(opened) : containerLog((await containerOf(opened)).container);
  const history = await log.history();
  checkServices(root, services, history);
  const isWanted = ({ text }: LogLine) =>
    services.length === 0 || services.some((service) => text.startsWith(`${service}: `));
  const wanted = history.filter(isWanted);
  for (const { text } of wanted.slice(tail === undefined ? 0 : wanted.length - tail)) {
    process.stdout.write(text);
  }
  if (follow === true) {
    // The way to end it is no failure.
    process.prependOnceListener("SIGINT", () => {
      process.exit();
    });
    const last = history.at(-1)?.time ?? "";
    await log.follow(last, (line) => {
      // What is sent again is known by its time.
      if (line.time > last && isWanted(line)) process.stdout.write(line.text);
    });
  }
}

function checkServices(
  root: string,
  services: readonly string[],
  history: readonly LogLine[],
): void {
  // More than services write there: start.sh, say.
  const writers = history.flatMap(({ text }) => /^[\w.-]+(?=: )/.exec(text)?.[0] ?? []);
  const known = new Set([...readServiceNames(root), ...writers]);
  const unknown = services.filter((service) => !known.has(service));
  if (unknown.length > 0) {
    throw new UsageError(
      "KALISI-OPTION-NAME",
      `Nothing in the log is called ${unknown.map((name) => JSON.stringify(name)).join(", ")}. There are: ${[...known].sort().join(", ")}`,
    );
  }
}
