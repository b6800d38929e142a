import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import { ResourceProviderService } from "@pulumi/pulumi/proto/provider_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import type { Context, Plugin, ResourceType } from "./resource";
import type { Failure } from "./table";
import { diffResponse, plain, sealed, serviceError } from "./wire";

function unary<Q, R>(work: (request: Q) => Promise<R> | R): grpc.handleUnaryCall<Q, R> {
  return (call, callback) => {
    void (async () => work(call.request))().then(
      (response) => {
        callback(null, response);
      },
      (error: unknown) => {
        callback(serviceError(error));
      },
    );
  };
}

function withFailures(
  response: proto.CheckResponse,
  failures: readonly Failure[],
): proto.CheckResponse {
  response.setFailuresList(
    failures.map(({ property, reason }) => {
      const failure = new proto.CheckFailure();
      failure.setProperty(property);
      failure.setReason(reason);
      return failure;
    }),
  );
  return response;
}

// @pulumi/pulumi/provider has no hook for the provider's own configuration and takes a second to
// load, so the SDK's gRPC stubs are served directly.
function handlers(plugin: Plugin, engine: EngineClient): grpc.UntypedServiceImplementation {
  const cancelled = new AbortController();
  const standIn = `the stand-in for the official ${plugin.name} plugin ${plugin.version}`;

  const typeOf = (urn: string): ResourceType => {
    const token = urn.split("::")[2]?.split("$").at(-1) ?? urn;
    const type = plugin.resources[token];
    if (type === undefined) {
      throw new Error(`${standIn} does not know the resource type ${token}`);
    }
    return type;
  };

  // One after the other: calls in flight at the same time may arrive in another order.
  let logged = Promise.resolve();
  const log = (request: LogRequest): void => {
    logged = logged.then(
      () =>
        new Promise((done) => {
          engine.log(request, () => {
            done();
          });
        }),
    );
  };

  const contextFor = (urn: string, preview: boolean): Context => ({
    preview,
    signal: cancelled.signal,
    status: (line) => {
      const request = new LogRequest();
      request.setSeverity(LogSeverity.INFO);
      request.setUrn(urn);
      request.setMessage(line);
      request.setEphemeral(true);
      log(request);
    },
  });

  const refuse = (what: string) => (request: { getTok(): string }) => {
    throw new Error(`${standIn} does not know the ${what} ${request.getTok()}`);
  };

  return {
    getPluginInfo: unary(() => {
      const info = new PluginInfo();
      info.setVersion(plugin.version);
      return info;
    }),
    getSchema: unary(() => {
      const response = new proto.GetSchemaResponse();
      response.setSchema(JSON.stringify({ name: plugin.name, version: plugin.version }));
      return response;
    }),
    checkConfig: unary((request: proto.CheckRequest) => {
      const keys = Object.keys(plain(request.getNews())).filter((key) => key !== "version");
      const failures = keys
        .filter((key) => !plugin.configKeys.includes(key))
        .map((property) => ({ property, reason: `${standIn} does not know this setting` }));
      return withFailures(new proto.CheckResponse().setInputs(request.getNews()), failures);
    }),
    configure: unary(async (request: proto.ConfigureRequest) => {
      await plugin.configure(plain(request.getArgs()));
      const response = new proto.ConfigureResponse();
      response.setAcceptsecrets(true);
      response.setSupportspreview(true);
      return response;
    }),
    invoke: unary(refuse("function")),
    call: unary(refuse("method")),
    check: unary(async (request: proto.CheckRequest) => {
      const type = typeOf(request.getUrn());
      const { inputs, failures } = await type.check(plain(request.getNews()));
      const response = new proto.CheckResponse();
      response.setInputs(sealed([request.getNews()], inputs));
      return withFailures(response, failures);
    }),
    diff: unary((request: proto.DiffRequest) => {
      const [oldInputs, state, news] = [
        request.getOldInputs(),
        request.getOlds(),
        request.getNews(),
      ];
      const difference = typeOf(request.getUrn()).diff(plain(oldInputs), plain(state), plain(news));
      return diffResponse(difference, request.getIgnorechangesList());
    }),
    create: unary(async (request: proto.CreateRequest) => {
      const type = typeOf(request.getUrn());
      const context = contextFor(request.getUrn(), request.getPreview());
      const created = await type.create(plain(request.getProperties()), context);
      const response = new proto.CreateResponse();
      response.setId(created.id);
      response.setProperties(sealed([request.getProperties()], created.state));
      return response;
    }),
    read: unary(async (request: proto.ReadRequest) => {
      const type = typeOf(request.getUrn());
      const [inputs, state] = [request.getInputs(), request.getProperties()];
      const found = await type.read(request.getId(), plain(inputs), plain(state));
      const response = new proto.ReadResponse();
      if (found === undefined) {
        return response;
      }
      response.setId(request.getId());
      response.setInputs(sealed([inputs], found.inputs));
      response.setProperties(sealed([inputs, state], found.state));
      return response;
    }),
    update: unary(async (request: proto.UpdateRequest) => {
      const type = typeOf(request.getUrn());
      const context = contextFor(request.getUrn(), request.getPreview());
      const [olds, news] = [plain(request.getOlds()), plain(request.getNews())];
      const state = await type.update(request.getId(), olds, news, context);
      const response = new proto.UpdateResponse();
      response.setProperties(sealed([request.getNews()], state));
      return response;
    }),
    delete: unary(async (request: proto.DeleteRequest) => {
      const context = contextFor(request.getUrn(), false);
      const state = plain(request.getProperties());
      await typeOf(request.getUrn()).delete(request.getId(), state, context);
      return new Empty();
    }),
    cancel: unary(() => {
      cancelled.abort(new Error("cancelled"));
      return new Empty();
    }),
  };
}

/** Serves `plugin` to the engine whose address is the last argument; prints the port, as plugins do. */
export function serve(plugin: Plugin): void {
  const unlimited = { "grpc.max_receive_message_length": -1, "grpc.max_send_message_length": -1 };
  const address = process.argv.at(-1) ?? "";
  const engine = new EngineClient(address, grpc.credentials.createInsecure(), {
    ...unlimited,
    // A connection that is not used is no end.
    "grpc.client_idle_timeout_ms": longestTimeout,
  });
  endWith(engine);
  const server = new grpc.Server(unlimited);
  server.addService(ResourceProviderService, handlers(plugin, engine));
  server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, port) => {
    if (error) {
      throw error;
    }
    process.stdout.write(`${port}\n`);
  });
}

const longestTimeout = 2 ** 31 - 1;

/** Ends this process with the engine, which ends its plugins itself unless it is killed. */
function endWith(engine: EngineClient, wasReady = false): void {
  const channel = engine.getChannel();
  const state = channel.getConnectivityState(true);
  const isReady = state === grpc.connectivityState.READY;
  if (wasReady && !isReady) {
    process.exit();
  }
  channel.watchConnectivityState(state, Infinity, () => {
    endWith(engine, isReady);
  });
}
