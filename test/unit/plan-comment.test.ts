import { spawn } from "node:child_process";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { join } from "node:path";
import { json } from "node:stream/consumers";
import { close, listen } from "../support/listen";

const marker = "<!-- kalisi: plan -->";
const script = join(__dirname, "..", "..", ".github", "plan-comment.mjs");
const bot = "github-actions[bot]";

interface Comment {
  readonly id: number;
  readonly user: { readonly login: string };
  body: string;
}

/** A pull request's comments as GitHub's API serves them. */
let comments: Comment[];
let asked: string[];
let refuses: boolean;
let server: Server;
let port: number;

beforeAll(async () => {
  server = createServer((request, response) => {
    void answer(request).then(({ status, body }) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    });
  });
  port = await listen(server);
});

afterAll(() => close(server));

beforeEach(() => {
  comments = [];
  asked = [];
  refuses = false;
});

async function answer(request: IncomingMessage) {
  const url = new URL(request.url ?? "/", "http://localhost");
  asked.push(`${request.method ?? ""} ${url.pathname}`);
  if (refuses || request.headers.authorization !== "Bearer canary-token") {
    return { status: 403, body: { message: "Resource not accessible by integration" } };
  }
  if (request.method === "GET") {
    const [size, page] = [
      Number(url.searchParams.get("per_page")),
      Number(url.searchParams.get("page")),
    ];
    return { status: 200, body: comments.slice((page - 1) * size, page * size) };
  }
  const { body } = (await json(request)) as { body: string };
  if (request.method === "POST") {
    comments.push({ id: 1000 + comments.length, user: { login: bot }, body });
    return { status: 201, body: {} };
  }
  const found = comments.find(({ id }) => url.pathname.endsWith(`/comments/${id}`));
  if (found !== undefined) found.body = body;
  return { status: found === undefined ? 404 : 200, body: {} };
}

function run(plan: string): Promise<{ code: number | null; output: string }> {
  const child = spawn(process.execPath, [script], {
    env: {
      PATH: process.env["PATH"],
      GITHUB_API_URL: `http://127.0.0.1:${port}`,
      GITHUB_REPOSITORY: "me/kalisi",
      GITHUB_TOKEN: "canary-token",
      PULL_REQUEST: "7",
      PLAN: plan,
    },
  });
  let output = "";
  const take = (text: string) => {
    output += text;
  };
  child.stdout.setEncoding("utf8").on("data", take);
  child.stderr.setEncoding("utf8").on("data", take);
  return new Promise((resolve) => {
    child.once("close", (code) => {
      resolve({ code, output });
    });
  });
}

const others = (count: number): Comment[] =>
  Array.from({ length: count }, (_, id) => ({ id, user: { login: "someone" }, body: "hello" }));

test("the first plan is a new comment, the next one takes its place", async () => {
  expect(await run(`${marker}\nfirst`)).toMatchObject({ code: 0 });
  expect(await run(`${marker}\nsecond`)).toMatchObject({ code: 0 });
  expect(comments.map(({ body }) => body)).toStrictEqual([`${marker}\nsecond`]);
  expect(asked.at(-1)).toBe("PATCH /repos/me/kalisi/issues/comments/1000");
});

test("the comment is found on a later page", async () => {
  comments = [...others(230), { id: 555, user: { login: bot }, body: `${marker}\nold` }];
  expect(await run(`${marker}\nnew`)).toMatchObject({ code: 0 });
  expect(comments).toHaveLength(231);
  expect(comments.at(-1)?.body).toBe(`${marker}\nnew`);
});

test("somebody else's comment with the same marker is left alone", async () => {
  comments = [{ id: 1, user: { login: "someone" }, body: `${marker}\nmine` }];
  expect(await run(`${marker}\nnew`)).toMatchObject({ code: 0 });
  expect(comments.map(({ body }) => body)).toStrictEqual([`${marker}\nmine`, `${marker}\nnew`]);
});

test("a refusal fails and says why, without the token", async () => {
  refuses = true;
  const { code, output } = await run(`${marker}\nnew`);
  expect(code).toBe(1);
  expect(output).toContain("403");
  expect(output).toContain("Resource not accessible by integration");
  expect(output).not.toContain("canary");
});

test("what has no marker is not put there: it would never be found again", async () => {
  expect(await run("a plan")).toMatchObject({
    code: 1,
    output: expect.stringContaining("marker") as string,
  });
  expect(asked).toStrictEqual([]);
});
