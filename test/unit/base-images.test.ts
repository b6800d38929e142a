import { createServer, type Server } from "node:http";
import { join } from "node:path";
import { ensureBaseImages } from "../../cli/setup/base-images";
import { close, listen } from "../support/listen";

const root = join(__dirname, "..", "..");

let server: Server;
let uri: string;
/** What the Engine says of a pull, as its answer's status or, once it has begun, in its stream. */
let answer: { readonly status: number; readonly body: object };

beforeAll(async () => {
  server = createServer(({ url = "" }, response) => {
    const isDebian = /^\/images\/kalisi(\/|%2F)debian/.test(url);
    const { status, body } = url.startsWith("/images/create")
      ? answer
      : isDebian
        ? { status: 200, body: { Id: "debian" } }
        : { status: 404, body: { message: "no such image" } };
    response.writeHead(status, { connection: "close", "content-type": "application/json" });
    response.end(JSON.stringify(body));
  });
  uri = `tcp://127.0.0.1:${await listen(server)}`;
});

afterAll(() => close(server));

const choose = () => ensureBaseImages(root, uri, {}, () => undefined);

test.each([
  ["dial tcp: lookup registry.example: no such host"],
  ["dial tcp 192.0.2.1:443: i/o timeout"],
  ["proxyconnect tcp: dial tcp 127.0.0.1:3128: connect: connection refused"],
  ["Forbidden"],
])("where no registry can be reached, the images are of Debian: %s", async (message) => {
  answer = { status: 500, body: { message: `Get "https://registry.example/v2/": ${message}` } };
  expect((await choose()).baseImages).toStrictEqual({ base: "kalisi/debian:trixie" });
});

test.each([
  ["toomanyrequests: You have reached your unauthenticated pull rate limit.", "docker login gives"],
  ["unauthorized: incorrect username or password", "docker login; or docker logout"],
  ["pull access denied for base, repository does not exist", "docker login; or docker logout"],
  ["manifest unknown: manifest unknown", "correct BASE_IMAGE"],
])("a registry that says no is no reason to build on something else: %s", async (said, fix) => {
  answer = { status: 500, body: { message: said } };
  await expect(choose()).rejects.toThrow(new RegExp(`${said}\\n${fix}`));
});

test("nor is a disk that is full", async () => {
  const error = "write /var/lib/docker/tmp/layer: no space left on device";
  answer = { status: 200, body: { errorDetail: { message: error }, error } };
  await expect(choose()).rejects.toThrow(/no space left on device\nmake room: docker system df/);
});
