import { podLog } from "../../../cli/cluster/log";
import type { LogLine } from "../../../cli/log";
import { clusterStack, noPodCase, podCase, useFakeKubectl } from "../../support/fake-kubectl";

const kubectl = useFakeKubectl();
const at = (second: number) => `2026-01-01T00:00:0${second}.000000000Z`;
const line = (second: number, text: string) => ({ time: at(second), text: `${text}\n` });
const say = (second: number, text: string) => `printf '${at(second)} ${text}\\n'`;
const log = podLog(clusterStack);

test("a log is what kubectl has of it, line by line", async () => {
  kubectl.does(`${podCase()}\n*" logs "*) ${say(1, "a: half\\r whole")}; ${say(2, "b: x")} ;;`);
  await expect(log.history()).resolves.toStrictEqual([line(1, "a: half\r whole"), line(2, "b: x")]);
});

test("where the container was started again, the log of the one before comes first", async () => {
  const pod = podCase({ restartCount: 1 });
  kubectl.does(`${pod}\n*--previous*) ${say(1, "old")} ;;\n*" logs "*) ${say(2, "new")} ;;`);
  await expect(log.history()).resolves.toStrictEqual([line(1, "old"), line(2, "new")]);
  kubectl.does(`${pod}\n*--previous*) exit 1 ;;\n*" logs "*) ${say(2, "new")} ;;`);
  await expect(log.history()).resolves.toStrictEqual([line(2, "new")]);
});

test("what is not there to be read is told of", async () => {
  kubectl.does(noPodCase);
  await expect(log.history()).rejects.toMatchObject({ code: "KALISI-CONTAINER-MISSING" });
  kubectl.does(`${podCase()}\n*" logs "*) echo "error: it is waiting to start" >&2; exit 1 ;;`);
  await expect(log.history()).rejects.toMatchObject({
    code: "KALISI-KUBERNETES-POD",
    message: expect.stringContaining("it is waiting to start") as string,
  });
});

async function follow(last: string): Promise<readonly LogLine[]> {
  const lines: LogLine[] = [];
  await log.follow(last, (each) => lines.push(each));
  return lines;
}

test("it is followed from a whole second on, and a line may come in pieces", async () => {
  kubectl.does(
    `*" --follow "*) printf '${at(1)} first'; sleep 0.2; printf ' part\\n'; ${say(2, "next")} ;;`,
  );
  const lines = [line(1, "first part"), line(2, "next")];
  await expect(follow("2026-01-01T00:00:01.123456789Z")).resolves.toStrictEqual(lines);
  expect(kubectl.runs()).toStrictEqual([
    "--context=far --namespace=kalisi-x logs kalisi-0 --container=kalisi --timestamps --follow --since-time=2026-01-01T00:00:01Z",
  ]);
});

test("all is followed where there is nothing yet, and a connection that is lost is told of", async () => {
  kubectl.does(`*" --follow "*) ${say(1, "one")}; echo "error: lost" >&2; exit 1 ;;`);
  await expect(follow("")).rejects.toMatchObject({ code: "KALISI-KUBERNETES-POD" });
  expect(kubectl.runs().join("\n")).not.toContain("since");
});
