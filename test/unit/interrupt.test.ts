import { spawn } from "node:child_process";
import { join } from "node:path";

test("one Ctrl-C ends a command that has no update under way", async () => {
  const args = ["cli/bootstrap.cjs", "test", "types"];
  const child = spawn(process.execPath, args, { cwd: join(__dirname, "..", ".."), detached: true });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  const closed = new Promise((resolve) => child.once("close", resolve));
  let said = "";
  await new Promise<void>((resolve) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (said.includes("== types")) resolve();
    });
  });
  // To all that it has started, as a terminal sends it.
  signalGroup(child.pid, "SIGINT");
  expect(await ended).toBe(130);
  // npx starts the compiler all the same where the signal comes just before it: that holds the output open until it is
  // done.
  signalGroup(child.pid, "SIGKILL");
  await closed;
  expect(said).not.toMatch(/passed, \d+ failed/);
});

function signalGroup(pid: number | undefined, signal: NodeJS.Signals): void {
  try {
    process.kill(-(pid ?? NaN), signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") {
      throw error;
    }
  }
}
