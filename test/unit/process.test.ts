import { run } from "../../cli/process";
import { UserError } from "../../cli/user-error";

/** A program that writes the first two bytes of a euro sign, and the third a moment later. */
const inTwoPieces = (stream: "stdout" | "stderr") =>
  `process.${stream}.write(Buffer.from([0xe2, 0x82]), () => setTimeout(() => process.${stream}.write(Buffer.from([0xac])), 100));`;

test("a character that comes in two pieces is one character", async () => {
  expect(await run(process.execPath, ["-e", inTwoPieces("stdout")])).toBe("€");
});

test("so it is in the reason of a failure", async () => {
  const failing = `${inTwoPieces("stderr")} process.exitCode = 3;`;
  const failed = run(process.execPath, ["-e", failing]);
  await expect(failed).rejects.toThrow(UserError);
  await expect(failed).rejects.toThrow(`€\n${process.execPath} -e: exit code 3`);
});
