import { Command, InvalidArgumentError } from "@commander-js/extra-typings";
import type Docker from "dockerode";
import { readServiceNames } from "../container/services";
import { openContainer } from "../container/open";
import { readFrames } from "../../config/engine/frames";
import { once, stackOption, type StackOption } from "../options";
import { UsageError } from "../user-error";

interface LogsOptions extends StackOption {
  readonly follow?: true | undefined;
  /** In lines. */
  readonly tail?: number | undefined;
}

interface Line {
  /** As the Engine writes it, always with nine digits: sorts as text. */
  readonly time: string;
  readonly text: string;
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
  const { container } = await openContainer(root, options);
  const history = await readHistory(container);
  checkServices(root, services, history);
  const isWanted = ({ text }: Line) =>
    services.length === 0 || services.some((service) => text.startsWith(`${service}: `));
  const wanted = history.filter(isWanted);
  for (const { text } of wanted.slice(tail === undefined ? 0 : wanted.length - tail)) {
    process.stdout.write(text);
  }
  if (follow === true) {
    await followFrom(container, history.at(-1)?.time ?? "", (line) => {
      if (isWanted(line)) process.stdout.write(line.text);
    });
  }
}

async function readHistory(container: Docker.Container): Promise<readonly Line[]> {
  const log = await container.logs({ stdout: true, stderr: true, timestamps: true });
  const lines: Line[] = [];
  await readFrames(log, (content) => lines.push(toLine(content)));
  return lines;
}

async function followFrom(
  container: Docker.Container,
  last: string,
  onLine: (line: Line) => void,
): Promise<void> {
  const stream = await container.logs({
    follow: true,
    stdout: true,
    stderr: true,
    timestamps: true,
    // Whole seconds: what is sent again is known by its time.
    since: last === "" ? 0 : Math.floor(Date.parse(last) / 1000),
  });
  // The way to end it is no failure.
  process.prependOnceListener("SIGINT", () => {
    process.exit();
  });
  await readFrames(stream, (content) => {
    const line = toLine(content);
    if (line.time > last) onLine(line);
  });
}

function toLine(content: Buffer): Line {
  const line = content.toString();
  const at = line.indexOf(" ");
  return { time: line.slice(0, at), text: line.slice(at + 1) };
}

function checkServices(root: string, services: readonly string[], history: readonly Line[]): void {
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
