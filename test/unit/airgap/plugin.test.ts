import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { createServer, type ServerHttp2Session } from "node:http2";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as grpc from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { installStandIns } from "../../../airgap/install";
import { listen } from "../../support/listen";

const home = mkdtempSync(join(tmpdir(), "pulumi-home-"));
const executable = (name: string, version: string) =>
  join(home, "plugins", `resource-${name}-v${version}`, `pulumi-resource-${name}`);

let installed: readonly string[];
let plugin: ChildProcess;
let client: ResourceProviderClient;

/** As the engine: started with the engine's address, it prints the port that it serves on. */
async function start(path: string): Promise<number> {
  plugin = spawn(path, ["127.0.0.1:1"], { stdio: ["ignore", "pipe", "inherit"] });
  return new Promise((resolve) => {
    plugin.stdout?.once("data", (data: Buffer) => {
      resolve(Number(data.toString()));
    });
  });
}

beforeAll(async () => {
  installed = await installStandIns(home);
  const port = await start(executable("docker", "5.2.0"));
  client = new ResourceProviderClient(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
}, 60_000);

afterAll(() => {
  client.close();
  plugin.kill();
  rmSync(home, { recursive: true });
});

test("both are installed, and installing again does nothing", async () => {
  expect(installed).toEqual(["docker 5.2.0", "command 1.2.1"]);
  const before = statSync(executable("command", "1.2.1")).mtimeMs;
  expect(await installStandIns(home)).toEqual([]);
  expect(statSync(executable("command", "1.2.1")).mtimeMs).toBe(before);
});

test("a plugin ends with the engine that has started it, however that ended", async () => {
  const engine = createServer();
  const port = await listen(engine);
  const path = executable("command", "1.2.1");
  const orphan = spawn(path, [`127.0.0.1:${port}`], { stdio: ["ignore", "ignore", "inherit"] });
  const ended = once(orphan, "exit");
  try {
    const [session] = (await once(engine, "session")) as [ServerHttp2Session];
    // What the plugin says once it is connected.
    await once(session, "localSettings");
    session.destroy();
    expect(await ended).toStrictEqual([0, null]);
  } finally {
    engine.close();
    orphan.kill();
  }
});

test("a resource type that this stack does not use is refused by name", async () => {
  const request = new proto.CheckRequest();
  request.setUrn("urn:pulumi:dev::p::a:b:C$docker:index/secret:Secret::n");
  const error = await new Promise<grpc.ServiceError | null>((resolve) => {
    client.check(request, resolve);
  });
  expect(error?.details).toBe(
    "the stand-in for the official docker plugin 5.2.0 does not know the resource type docker:index/secret:Secret",
  );
});

test("a function is refused by name", async () => {
  const request = new proto.InvokeRequest();
  request.setTok("docker:index/getNetwork:getNetwork");
  const error = await new Promise<grpc.ServiceError | null>((resolve) => {
    client.invoke(request, resolve);
  });
  expect(error?.details).toBe(
    "the stand-in for the official docker plugin 5.2.0 does not know the function docker:index/getNetwork:getNetwork",
  );
});

test("a provider setting other than host is refused by name", async () => {
  const request = new proto.CheckRequest();
  request.setNews(
    Struct.fromJavaScript({ host: "unix:///x", version: "5.2.0", registryAuth: "[]" }),
  );
  const response = await new Promise<proto.CheckResponse>((resolve, reject) => {
    client.checkConfig(request, (error, found) => {
      if (error) {
        reject(error);
      } else {
        resolve(found);
      }
    });
  });
  expect(response.getFailuresList().map((failure) => failure.getProperty())).toEqual([
    "registryAuth",
  ]);
});

test("secret inputs stay secret, and a change in them replaces", async () => {
  const secret = (value: unknown) => ({
    "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
    value,
  });
  const inputs = { name: "a", image: "b", envs: secret(["A=1"]) };
  const urn = "urn:pulumi:dev::p::docker:index/container:Container::c";
  const check = new proto.CheckRequest();
  check.setUrn(urn);
  check.setNews(Struct.fromJavaScript(inputs));
  const checked = await new Promise<proto.CheckResponse>((resolve, reject) => {
    client.check(check, (error, found) => {
      if (error) {
        reject(error);
      } else {
        resolve(found);
      }
    });
  });
  expect(checked.getInputs()?.toJavaScript()).toEqual(inputs);

  const diff = new proto.DiffRequest();
  diff.setUrn(urn);
  diff.setOldInputs(Struct.fromJavaScript(inputs));
  diff.setOlds(Struct.fromJavaScript({ ...inputs, networkMode: "bridge" }));
  diff.setNews(Struct.fromJavaScript({ ...inputs, envs: secret(["A=2"]) }));
  const found = await new Promise<proto.DiffResponse>((resolve, reject) => {
    client.diff(diff, (error, response) => {
      if (error) {
        reject(error);
      } else {
        resolve(response);
      }
    });
  });
  expect(found.getReplacesList()).toEqual(["envs"]);
  expect(found.getDeletebeforereplace()).toBe(true);
});
