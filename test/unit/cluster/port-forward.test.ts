import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readFileSync } from "node:fs";
import { createServer, type AddressInfo, type Server, type Socket } from "node:net";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { isRunning } from "../../../cli/process";
import { eventually } from "../../support/eventually";
import { useFakeKubectl } from "../../support/fake-kubectl";

const root = join(__dirname, "..", "..", "..");
const kubectl = useFakeKubectl();
let server: Server;
let port: number;
/** What sshd does with each connection. */
let serve: (socket: Socket) => void;

beforeAll(async () => {
  server = createServer((socket) => {
    serve(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());

const forwarding = () =>
  `*" pod/kalisi-0 :22 "*) echo $$ >"$HERE/pid"; echo "Forwarding from 127.0.0.1:${port} -> 22"; exec sleep 60 ;;`;

/** Says what sshd says first, and then all that it is told. */
const echo = (socket: Socket) => {
  socket.write("SSH-2.0\n");
  socket.pipe(socket);
};

function start(...more: readonly string[]) {
  const words = ["--require", join(root, "compile.cjs"), "cli/cluster/port-forward.ts"];
  const child = spawn(process.execPath, [...words, "far", "kalisi-x", ...more], {
    cwd: root,
    env: process.env,
  });
  const ended = once(child, "close") as Promise<[code: number | null]>;
  const said = Promise.all([text(child.stdout), text(child.stderr)]);
  const result = async () => ({ code: (await ended)[0], said: await said });
  return { child, result };
}

const kubectlEnds = () =>
  eventually(5, () => {
    const pid = Number(readFileSync(join(kubectl.folder, "pid"), "utf8"));
    return Promise.resolve(isRunning(pid) ? "kubectl runs on" : undefined);
  });

test("it joins ssh to the pod's sshd until ssh ends, and kubectl with it", async () => {
  kubectl.does(forwarding());
  serve = echo;
  const { child, result } = start();
  child.stdin.end("hello\n");
  await expect(result()).resolves.toMatchObject({ code: 0 });
  await kubectlEnds();
  expect(kubectl.runs()).toStrictEqual([
    "--context=far --namespace=kalisi-x --request-timeout=20s port-forward --address=127.0.0.1 pod/kalisi-0 :22",
  ]);
});

test("it ends where sshd does, with all that was said", async () => {
  kubectl.does(forwarding());
  serve = (socket) => {
    socket.write("SSH-2.0\n");
    socket.once("data", (heard) => socket.end(heard));
  };
  const { child, result } = start();
  child.stdin.write("hello\n");
  await expect(result()).resolves.toStrictEqual({ code: 0, said: ["SSH-2.0\nhello\n", ""] });
  await kubectlEnds();
});

test("kubectl ends where ssh hangs up", async () => {
  kubectl.does(forwarding());
  serve = echo;
  const { child, result } = start();
  await once(child.stdout, "readable");
  child.kill("SIGHUP");
  await expect(result()).resolves.toMatchObject({ code: 1 });
  await kubectlEnds();
});

test("what keeps kubectl from it is said in its words", async () => {
  kubectl.does(`*port-forward*) echo "error: no such pod" >&2; exit 1 ;;`);
  const { code, said } = await start().result();
  expect(code).toBe(1);
  expect(said[1]).toContain("kubectl --context far: no such pod");
});

const seen = (uid: string, status: "True" | "False") =>
  `echo '${JSON.stringify({
    object: { metadata: { uid }, spec: {}, status: { conditions: [{ type: "Ready", status }] } },
  })}'`;

test("where it is to be patient it waits for a pod that is ready, and for the next where that one has gone", async () => {
  const other = [`sleep 0.3; touch "$HERE/new"`, seen("new", "True")];
  const pods = [seen("old", "True"), seen("new", "False"), ...other];
  kubectl.does(`*watch=true*) ${pods.join("; ")}; exec sleep 60 ;;\n${forwarding()}`);
  let connections = 0;
  serve = (socket) => {
    connections += 1;
    if (existsSync(join(kubectl.folder, "new"))) echo(socket);
    else socket.destroy();
  };
  const { child, result } = start("20");
  child.stdin.write("hello\n");
  const heard: string[] = [];
  child.stdout.on("data", (chunk: Buffer) => {
    heard.push(chunk.toString());
    if (heard.join("").includes("hello")) child.stdin.end();
  });
  await expect(result()).resolves.toMatchObject({ code: 0 });
  expect(heard.join("")).toBe("SSH-2.0\nhello\n");
  expect(connections).toBe(2);
});

test("its patience ends", async () => {
  kubectl.does(`*watch=true*) ${seen("old", "False")}; exec sleep 60 ;;`);
  const { code, said } = await start("1").result();
  expect(code).toBe(1);
  expect(said[1]).toContain("the pod kalisi-0 was not ready within 1 s");
});
