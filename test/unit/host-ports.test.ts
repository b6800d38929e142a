import { createServer } from "node:net";
import { isFree, parseLsof, parseSs } from "../../config/engine/host-ports";

test("a port that somebody listens on is not free", async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const taken = await isFree(port);
  await new Promise((resolve) => server.close(resolve));
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
