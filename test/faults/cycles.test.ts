import { fault } from "../support/faults/fault";
import { median } from "../support/faults/matrix";
import { useWrittenStack } from "../support/faults/written-stack";

const minutes = 60_000;
jest.setTimeout(60 * minutes);

const times = process.env["KALISI_FAULTS"] === "all" ? 20 : 2;

const written = useWrittenStack();

fault(
  "The stack is removed and made again",
  `\`npm stop\`, then \`npm start\`, ${times} times`,
  async () => {
    const seconds: number[] = [];
    for (let time = 0; time < times; time += 1) {
      await written.writer.untilWriting();
      expect(await written.user.stop()).toMatchObject({ code: 0 });
      const began = performance.now();
      expect(await written.user.start()).toMatchObject({ code: 0 });
      await written.writer.untilWriting();
      seconds.push((performance.now() - began) / 1000);
      expect(await written.writer.lost()).toStrictEqual([]);
    }
    return {
      sees: "both end with exit code 0 each time",
      seconds: median(seconds),
      writes: { acknowledged: written.writer.acknowledged.total, lost: 0 },
    };
  },
);
