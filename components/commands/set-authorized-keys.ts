import { withCode } from "../../config/refusals";
import { giveToProgram } from "./give-to-program";
import { runProgram } from "./program";

/** The image's own program: replaces the whole list in one step by the keys on stdin. */
const installKeys = "/usr/local/sbin/kalisi-authorized-keys";

runProgram(async () => {
  const { code, message } = await giveToProgram(installKeys);
  if (code !== 0) {
    throw new Error(
      withCode(
        "KALISI-KEY-INSTALL",
        `${installKeys} ended with exit code ${String(code)}: ${message}`,
      ),
    );
  }
  // The image's program prints how many there are.
  console.log(/^\d+$/.test(message) ? `keys that may log in: ${message}` : message);
});
