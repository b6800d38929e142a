import * as grpc from "@grpc/grpc-js";
import { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { EngineService } from "@pulumi/pulumi/proto/engine_grpc_pb";
import * as proto from "@pulumi/pulumi/proto/engine_pb";

/** A line that a plugin has shown to the user. */
export interface Said {
  /** Only shown beside the resource while it is being worked on. */
  readonly ephemeral: boolean;
  readonly text: string;
}

/** As much of Pulumi's engine as a plugin speaks to. */
export class FakePulumi {
  readonly said: Said[] = [];

  private constructor(
    readonly address: string,
    private readonly server: grpc.Server,
  ) {}

  static async start(): Promise<FakePulumi> {
    const server = new grpc.Server();
    server.addService(EngineService, {
      log: answer((request: proto.LogRequest) => {
        started.said.push({ ephemeral: request.getEphemeral(), text: request.getMessage() });
        return new Empty();
      }),
      getRootResource: answer(() => new proto.GetRootResourceResponse()),
      setRootResource: answer(() => new proto.SetRootResourceResponse()),
      startDebugging: answer(() => new Empty()),
      requirePulumiVersion: answer(() => new proto.RequirePulumiVersionResponse()),
    });
    const port = await new Promise<number>((resolve, reject) => {
      server.bindAsync("127.0.0.1:0", grpc.ServerCredentials.createInsecure(), (error, bound) => {
        if (error) reject(error);
        else resolve(bound);
      });
    });
    const started = new FakePulumi(`127.0.0.1:${port}`, server);
    return started;
  }

  stop(): void {
    this.server.forceShutdown();
  }
}

function answer<Q, R>(reply: (request: Q) => R): grpc.handleUnaryCall<Q, R> {
  return (call, done) => {
    done(null, reply(call.request));
  };
}
