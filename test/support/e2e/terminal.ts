import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Session } from "./session";

/** Where a session's terminal is recorded, as seen from its clone. */
export const typescript = "../typescript";

/**
 * Runs a line on a terminal of a session's own; what it wrote, with the terminal's own commands.
 *
 * @param typed a shell line whose output is typed into it
 */
export async function onTerminal(
  user: Session,
  columns: number,
  line: string,
  typed = "true",
): Promise<string> {
  const words = `stty rows 20 cols ${columns}; env --unset=CI --unset=NO_COLOR TERM=xterm ${line}`;
  await user.sh(
    `rm -f ${typescript}; ${typed} | script --quiet --flush --return --command '${words}' ${typescript} > /dev/null`,
  );
  return readFileSync(join(user.clone.path, typescript), "utf8");
}

/** Whether the cursor is shown at the end. */
export function isCursorBack(shown: string): boolean {
  return shown.lastIndexOf("\u001b[?25h") > shown.lastIndexOf("\u001b[?25l");
}

/** The lines as they are drawn, without the terminal's own commands. */
export function drawn(shown: string): readonly string[] {
  // eslint-disable-next-line no-control-regex -- that is what they begin with
  return shown.split(/\r?\n/).map((each) => each.replace(/\u001b\[[?\d;]*[a-zA-Z]/g, ""));
}
