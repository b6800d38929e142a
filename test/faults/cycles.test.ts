import { Session } from "../support/e2e/session";
import { stackBeside } from "../support/e2e/stack";
import { fault } from "../support/faults/fault";
import { median } from "../support/faults/matrix";
import { Writer } from "../support/faults/writer";

const minutes = 60_000;
jest.setTimeout(60 * minutes);

const times = process.env["KALISI_FAULTS"] === "all" ? 20 : 2;

let user: Session;
let writer: Writer;

beforeAll(async () => {
  user = new Session(await stackBeside("faults"));
  await user.prepare();
  await user.start();
  writer = new Writer(user.stack.names.container, user.secrets().NEO4J_PASSWORD);
});

afterAll(async () => {
  await writer.stop();
  await user.end();
});

fault(
  "The stack is removed and made again",
  `\`npm stop\`, then \`npm start\`, ${times} times`,
  async () => {
    const seconds: number[] = [];
    for (let time = 0; time < times; time += 1) {
      await writer.untilWriting();
      expect(await user.stop()).toMatchObject({ code: 0 });
      const began = performance.now();
      expect(await user.start()).toMatchObject({ code: 0 });
      await writer.untilWriting();
      seconds.push((performance.now() - began) / 1000);
      expect(await writer.lost()).toStrictEqual([]);
    }
    return {
      sees: "both end with exit code 0 each time",
      seconds: median(seconds),
      writes: { acknowledged: writer.acknowledged.total, lost: 0 },
    };
  },
);
