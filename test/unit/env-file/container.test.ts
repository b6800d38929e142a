import { readEnvFileLines } from "../../../config/files/env-file-lines";
import { readInContainer } from "../../support/env-file";

describe("this machine and the container", () => {
  test.each([
    ["A=b"],
    ["export A=b"],
    [" A = b "],
    ["A="],
    ["A=b=c"],
    ["A=b # c"],
    ['A="b # c" # d'],
    ["A='b'"],
    ["A=`b`"],
    ["A=it's"],
    ['A="a\\nb"'],
    ['A="line 1\nline 2"\nB=2'],
    ["A=$HOME$(id)`id`;id"],
    ["A=1\r\nB=2\r\n"],
    ["# A=1\n\nB=2"],
    ["A= # nothing\nB=2"],
  ])("read %j alike", (content) => {
    const { entries, problems } = readEnvFileLines(content);
    expect(problems).toStrictEqual([]);
    expect(readInContainer(content)).toStrictEqual(
      Object.fromEntries(entries.map(({ name, value }) => [name, value])),
    );
  });

  test.each([
    ["A", 1],
    ["A=1\nnonsense", 2],
    ["A:1", 1],
    ["A: 1", 1],
    ["1A=2", 1],
    ["A.B=1", 1],
    ["A-B=1", 1],
    ["A B=1", 1],
    ["=1", 1],
    ['A=1\nB="not closed\nC=2', 2],
  ])("refuse %j", (content, line) => {
    expect(readEnvFileLines(content).problems).toMatchObject([{ line }]);
    expect(readInContainer(content)).toMatch(new RegExp(`, line ${line}: `));
  });

  test.each([
    ["\uFEFFA=1", "begins with a byte order mark"],
    ["A=b#c", "programs read this value differently"],
    ['A="x" y', "programs read this value differently"],
    ["A='it''s'", "programs read this value differently"],
    ['A="x\\"y"', "programs read this value differently"],
  ])("%j is refused here, before a service reads it in its own way", (content, problem) => {
    expect(
      readEnvFileLines(content).problems.map((found) => `${found.line}: ${found.problem}`),
    ).toStrictEqual([expect.stringMatching(`^1: ${problem}`)]);
  });
});
