import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { buildImage } from "../../../airgap/plugins/docker/build";
import { configure } from "../../../airgap/plugins/docker/client";
import { buildTrace, type Step } from "../../support/build-trace";

/** An Engine that builds nothing: it keeps what it is sent, and answers with what it is given. */
let engine: Server;
let context: string;
let answer: readonly object[];
let query: URLSearchParams;
/** Owner and path of each file that was sent. */
let sent: readonly string[];

async function takeBuild(request: IncomingMessage): Promise<string> {
  query = new URL(request.url ?? "", "http://engine").searchParams;
  const listing = execFileSync("tar", ["--list", "--verbose", "--numeric-owner"], {
    input: await buffer(request),
    encoding: "utf8",
  });
  sent = listing
    .trim()
    .split("\n")
    .map((line) => line.split(/\s+/))
    .map((words) => `${words[1] ?? ""} ${words.at(-1) ?? ""}`);
  return answer.map((line) => `${JSON.stringify(line)}\r\n`).join("");
}

beforeAll(async () => {
  engine = createServer((request, response) => {
    response.setHeader("connection", "close");
    if (request.url?.startsWith("/build?") === true) {
      void takeBuild(request).then((text) => response.end(text));
    } else {
      response.end(JSON.stringify({ Id: "sha256:0123" }));
    }
  });
  // The session in which BuildKit would ask for credentials.
  engine.on("upgrade", (_request, socket) => {
    socket.write("HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n");
    socket
      .on("error", () => undefined)
      .on("end", () => socket.end())
      .resume();
  });
  await new Promise<void>((resolve) => engine.listen(0, "127.0.0.1", resolve));
  await configure(`tcp://127.0.0.1:${(engine.address() as AddressInfo).port}`);
  context = mkdtempSync(join(tmpdir(), "build-"));
  mkdirSync(join(context, "docker"));
  writeFileSync(join(context, "docker/Dockerfile"), "FROM scratch\n");
  writeFileSync(join(context, ".dockerignore"), "**\n!kept\n");
  for (const name of ["kept", "ignored"]) {
    writeFileSync(join(context, name), name);
  }
});

afterAll(async () => {
  rmSync(context, { recursive: true });
  await new Promise((resolve) => engine.close(resolve));
});

/** Builds, and returns the image's id and what was shown meanwhile. */
async function build(lines: readonly object[], inputs = {}) {
  answer = lines;
  const shown: string[] = [];
  const dockerfile = join(context, "docker/Dockerfile");
  const id = await buildImage(
    "a:b",
    { context, dockerfile, args: { A: "1" }, ...inputs },
    {
      preview: false,
      signal: new AbortController().signal,
      status: (line) => shown.push(line),
    },
  );
  return { id, shown };
}

const trace = (steps: readonly Step[], logs: readonly (readonly [string, string])[] = []) => ({
  id: "moby.buildkit.trace",
  aux: buildTrace(steps, logs),
});

test("the Engine is sent the context's files as root's, and the Dockerfile though it is ignored", async () => {
  expect(await build([])).toEqual({ id: "sha256:0123", shown: [] });
  expect(sent).toEqual(["0/0 kept", "0/0 docker/Dockerfile"]);
});

test("the Engine is asked for BuildKit, with what the build's inputs say", async () => {
  await build([], { platform: "linux/amd64", target: "stage" });
  const { session, ...asked } = Object.fromEntries(query);
  expect(session).toMatch(/^[0-9a-f-]{36}$/);
  expect(asked).toEqual({
    version: "2",
    t: "a:b",
    dockerfile: "docker/Dockerfile",
    buildargs: '{"A":"1"}',
    platform: "linux/amd64",
    target: "stage",
  });
});

test("each step is shown by the beginning of its first line", async () => {
  const name = `[1/2] RUN a && \\\n    ${"b".repeat(100)}`;
  const { shown } = await build([trace([{ digest: "1", name, started: true }]), { status: "x" }]);
  expect(shown).toEqual([`[1/2] RUN a && \\ ${"b".repeat(60)}...`]);
});

test("a failed build shows the last lines of the step that failed, and of no other", async () => {
  const failing = build([
    trace(
      [],
      [
        ["2", Array.from({ length: 31 }, (_, at) => `line ${at}\n`).join("")],
        ["1", "of another\n"],
      ],
    ),
    trace([{ digest: "2", name: "RUN false", completed: true, error: "exit code: 1" }]),
    { error: "process did not complete" },
  ]);
  await expect(failing).rejects.toThrow(
    `the image does not build: process did not complete\nthe last lines of its output:\n  line 1\n`,
  );
  await expect(failing).rejects.toThrow(/line 30$/);
});
