import { withCode } from "../../config/refusals";
import { giveToProgram } from "./give-to-program";
import { runProgram } from "./program";

/** The image's own program: replaces what builds know of the network by the JSON on stdin. */
const setNetwork = "/usr/local/sbin/kalisi-build-network";

/** https://docs.docker.com/engine/containers/run/#exit-status; Engines differ in which of them a missing program has. */
const notFound = [126, 127];

runProgram(async () => {
  const { code, message } = await giveToProgram(setNetwork);
  if (code !== null && notFound.includes(code)) {
    console.log("builds in the container: as the image has it, which is of an older version");
    return;
  }
  if (code !== 0) {
    throw new Error(
      withCode(
        "KALISI-CONTAINER-NETWORK",
        `${setNetwork} ended with exit code ${String(code)}: ${message}`,
      ),
    );
  }
  console.log(message);
});
