import { spawn } from "node:child_process";
import { join } from "node:path";

test("one Ctrl-C ends a command that has no update under way", async () => {
  const args = ["cli/bootstrap.cjs", "test", "types"];
  const child = spawn(process.execPath, args, { cwd: join(__dirname, "..", ".."), detached: true });
  const ended = new Promise((resolve) => child.once("close", resolve));
  let said = "";
  await new Promise<void>((resolve) => {
    child.stdout.on("data", (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes("== types")) resolve();
    });
  });
  // To all that it has started, as a terminal sends it.
  process.kill(-(child.pid ?? NaN), "SIGINT");
  expect(await ended).toBe(130);
  expect(said).not.toMatch(/passed, \d+ failed/);
});
