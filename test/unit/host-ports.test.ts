import { createServer } from "node:net";
import { isFree, parseLsof, parseSs } from "../../config/engine/host-ports";
import { close, listen } from "../support/listen";

test("a port that somebody listens on is not free", async () => {
  const server = createServer();
  const port = await listen(server);
  const taken = await isFree(port);
  await close(server);
  expect([taken, await isFree(port)]).toStrictEqual([false, true]);
});

// What the two print, each on a real machine.
test("who listens is read from what ss prints, or lsof", () => {
  expect(
    parseSs(
      'LISTEN 0      511        127.0.0.1:8443      0.0.0.0:*    users:(("node",pid=123,fd=20))\n',
    ),
  ).toStrictEqual({ name: "node", pid: 123 });
  expect(parseSs("LISTEN 0      511        127.0.0.1:8443      0.0.0.0:*\n")).toBeUndefined();
  expect(parseLsof("p123\ncnode\nf20\n")).toStrictEqual({ name: "node", pid: 123 });
  expect(parseLsof("")).toBeUndefined();
});
