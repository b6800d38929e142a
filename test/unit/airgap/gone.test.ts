import { createServer, type Server } from "node:http";
import { configure } from "../../../airgap/plugins/docker/client";
import { container } from "../../../airgap/plugins/docker/container";
import { findImage } from "../../../airgap/plugins/docker/pull";
import { volume } from "../../../airgap/plugins/docker/volume";
import { close, listen } from "../../support/listen";

/** What the Engine answers, in words that are not Docker's own: other Engines have theirs. */
let status: number;
let engine: Server;

const context = {
  preview: false,
  signal: new AbortController().signal,
  status: () => undefined,
};

beforeAll(async () => {
  engine = createServer((request, response) => {
    const isPing = request.url?.endsWith("/_ping") === true;
    response.writeHead(isPing ? 200 : status, { "Content-Type": "application/json" });
    response.end(JSON.stringify({ message: "it says something" }));
  });
  await configure(`tcp://127.0.0.1:${await listen(engine)}`);
});

afterAll(async () => {
  engine.closeAllConnections();
  await close(engine);
});

test("what the Engine does not have is gone", async () => {
  status = 404;
  expect(await findImage("a")).toBeUndefined();
  expect(await volume.read("a", {}, {})).toBeUndefined();
  expect(await container.read("a", {}, {})).toBeUndefined();
});

test("a container that is gone already is removed, whatever the Engine calls that", async () => {
  status = 404;
  await expect(container.delete("a", {}, context)).resolves.toBeUndefined();
});

test("a failure of the Engine's is no answer", async () => {
  status = 500;
  await expect(findImage("a")).rejects.toThrow("it says something");
  await expect(volume.read("a", {}, {})).rejects.toThrow("Unable to inspect volume");
  await expect(container.read("a", {}, {})).rejects.toThrow("Unable to inspect container");
  await expect(container.delete("a", {}, context)).rejects.toThrow("it says something");
});
