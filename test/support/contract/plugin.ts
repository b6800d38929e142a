import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import * as grpc from "@grpc/grpc-js";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { ResourceProviderClient } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Props } from "../../../airgap/plugins/values";
import { pluginVersions } from "../../../config/plugin-versions";
import { FakePulumi } from "./engine";
import {
  failedResource,
  planned,
  props,
  struct,
  type Checked,
  type Planned,
  type Recorded,
} from "./recorded";

function executable(name: keyof typeof pluginVersions): string {
  const given = process.env["KALISI_CONTRACT_PLUGINS"];
  const folder =
    given ??
    join(
      process.env["KALISI_CONTRACT_HOME"] ?? "",
      "plugins",
      `resource-${name}-v${pluginVersions[name]}`,
    );
  return join(folder, `pulumi-resource-${name}`);
}

/** What is asked of a plugin, and what it answers. */
interface Calls {
  readonly handshake: [proto.ProviderHandshakeRequest, proto.ProviderHandshakeResponse];
  readonly configure: [proto.ConfigureRequest, proto.ConfigureResponse];
  readonly check: [proto.CheckRequest, proto.CheckResponse];
  readonly diff: [proto.DiffRequest, proto.DiffResponse];
  readonly create: [proto.CreateRequest, proto.CreateResponse];
  readonly read: [proto.ReadRequest, proto.ReadResponse];
  readonly update: [proto.UpdateRequest, proto.UpdateResponse];
  readonly delete: [proto.DeleteRequest, Empty];
}

type Method<Q, R> = (
  request: Q,
  done: (error: grpc.ServiceError | null, response: R) => void,
) => unknown;

/** A request about the one resource of a type. */
function about<Q extends { setUrn(urn: string): Q }>(request: Q, type: string): Q {
  return request.setUrn(`urn:pulumi:contract::contract::${type}::it`);
}

/** A plugin's process, spoken to as Pulumi's engine does. */
export class PluginProcess {
  private constructor(
    readonly engine: FakePulumi,
    private readonly child: ChildProcess,
    private readonly client: ResourceProviderClient,
  ) {}

  /** @param config the provider's settings */
  static async start(
    name: keyof typeof pluginVersions,
    config: Readonly<Record<string, string>>,
    environment: NodeJS.ProcessEnv = {},
  ): Promise<PluginProcess> {
    const engine = await FakePulumi.start();
    const child = spawn(executable(name), [engine.address], {
      stdio: ["ignore", "pipe", "ignore"],
      env: { ...process.env, ...environment },
    });
    const [port] = (await once(createInterface({ input: child.stdout }), "line")) as [string];
    const client = new ResourceProviderClient(
      `127.0.0.1:${port}`,
      grpc.credentials.createInsecure(),
    );
    const started = new PluginProcess(engine, child, client);
    // Those that are older than this call do not know it.
    await started.call("handshake", new proto.ProviderHandshakeRequest()).catch(() => undefined);
    const request = new proto.ConfigureRequest();
    for (const [key, value] of Object.entries(config)) {
      request.getVariablesMap().set(`${name}:config:${key}`, value);
    }
    request.setArgs(struct(config));
    request.setAcceptsecrets(true);
    request.setAcceptresources(true);
    request.setSendsOldInputs(true);
    request.setSendsOldInputsToDelete(true);
    await started.call("configure", request);
    return started;
  }

  async stop(): Promise<void> {
    const ended = once(this.child, "exit");
    this.client.close();
    this.engine.stop();
    this.child.kill();
    await ended;
  }

  async check(type: string, news: Props, old?: Recorded): Promise<Checked> {
    const request = about(new proto.CheckRequest(), type);
    request.setOlds(struct(old?.inputs ?? {}));
    request.setNews(struct(news));
    request.setRandomseed(Buffer.alloc(32, 1));
    const response = await this.call("check", request);
    const failures = response.getFailuresList().map((each) => each.getProperty());
    return { inputs: props(response.getInputs()), failures };
  }

  /** @param news the program's inputs */
  async diff(old: Recorded, news: Props, ignored: readonly string[] = []): Promise<Planned> {
    const request = about(new proto.DiffRequest(), old.type);
    request.setId(old.id);
    request.setOldInputs(struct(old.inputs));
    request.setOlds(struct(old.state));
    request.setNews(struct((await this.check(old.type, news, old)).inputs));
    request.setIgnorechangesList([...ignored]);
    const response = await this.call("diff", request);
    return planned(response);
  }

  /** @param news the program's inputs */
  async create(type: string, news: Props, preview = false): Promise<Recorded> {
    const { inputs } = await this.check(type, news);
    const request = about(new proto.CreateRequest(), type);
    request.setProperties(struct(inputs));
    request.setPreview(preview);
    try {
      const response = await this.call("create", request);
      return { type, id: response.getId(), inputs, state: props(response.getProperties()) };
    } catch (error) {
      const failed = failedResource(error as grpc.ServiceError);
      if (failed === undefined) throw error;
      return { type, ...failed, inputs };
    }
  }

  /** undefined: it is gone. */
  async read(old: Recorded): Promise<Recorded | undefined> {
    const request = about(new proto.ReadRequest(), old.type);
    request.setId(old.id);
    request.setInputs(struct(old.inputs));
    request.setProperties(struct(old.state));
    const response = await this.call("read", request);
    if (response.getId() === "") {
      return undefined;
    }
    const [inputs, state] = [props(response.getInputs()), props(response.getProperties())];
    return { type: old.type, id: response.getId(), inputs, state };
  }

  /** @param news the program's inputs */
  async update(old: Recorded, news: Props, preview = false): Promise<Recorded> {
    const { inputs } = await this.check(old.type, news, old);
    const request = about(new proto.UpdateRequest(), old.type);
    request.setId(old.id);
    request.setOldInputs(struct(old.inputs));
    request.setOlds(struct(old.state));
    request.setNews(struct(inputs));
    request.setPreview(preview);
    const response = await this.call("update", request);
    return { ...old, inputs, state: props(response.getProperties()) };
  }

  async delete(old: Recorded): Promise<void> {
    const request = about(new proto.DeleteRequest(), old.type);
    request.setId(old.id);
    request.setProperties(struct(old.state));
    request.setOldInputs(struct(old.inputs));
    await this.call("delete", request);
  }

  private call<K extends keyof Calls>(name: K, request: Calls[K][0]): Promise<Calls[K][1]> {
    const method = this.client[name] as unknown as Method<Calls[K][0], Calls[K][1]>;
    return new Promise((resolve, reject) => {
      method.call(this.client, request, (error, response) => {
        if (error) reject(error);
        else resolve(response);
      });
    });
  }
}
