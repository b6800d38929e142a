import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { inputOf } from "./paths";
import { InitFailedError } from "./resource";
import type { Difference, Kind } from "./table";
import { conceal, reveal, secretKeys, type Props } from "./values";

/** The values as they travel: secrets wrapped. */
export const raw = (struct: Struct | undefined): Props => struct?.toJavaScript() ?? {};
/** The values as the program wrote them. */
export const plain = (struct: Struct | undefined): Props => reveal(raw(struct)) as Props;
/** Values ready to travel. */
export const struct = (values: Props): Struct => Struct.fromJavaScript(values);

/** `result` with everything secret again that was secret in what it was made from. */
export function sealed(sources: readonly (Struct | undefined)[], result: Props): Struct {
  const keys = sources.flatMap((source) => secretKeys(raw(source)));
  return struct(conceal(result, keys));
}

const kinds: Readonly<Record<Kind, proto.PropertyDiff.Kind>> = {
  add: proto.PropertyDiff.Kind.ADD,
  add_replace: proto.PropertyDiff.Kind.ADD_REPLACE,
  delete: proto.PropertyDiff.Kind.DELETE,
  delete_replace: proto.PropertyDiff.Kind.DELETE_REPLACE,
  update: proto.PropertyDiff.Kind.UPDATE,
  update_replace: proto.PropertyDiff.Kind.UPDATE_REPLACE,
};

const inputsOf = (changes: readonly (readonly [path: string, kind: Kind])[]) => [
  ...new Set(changes.map(([path]) => inputOf(path))),
];

/** A difference in the engine's words, without the properties of which the program ignores changes. */
export function diffResponse(
  difference: Difference,
  ignored: readonly string[],
): proto.DiffResponse {
  const response = new proto.DiffResponse();
  const changes = Object.entries(difference.properties).filter(
    ([path]) => !ignored.includes(inputOf(path)),
  );
  for (const [path, kind] of changes) {
    const detail = new proto.PropertyDiff();
    detail.setKind(kinds[kind]);
    response.getDetaileddiffMap().set(path, detail);
  }
  const replacing = changes.filter(([, kind]) => kind.endsWith("_replace"));
  response.setDiffsList(inputsOf(changes));
  response.setReplacesList(inputsOf(replacing));
  const { DIFF_SOME, DIFF_NONE } = proto.DiffResponse.DiffChanges;
  response.setChanges(changes.length > 0 ? DIFF_SOME : DIFF_NONE);
  response.setHasdetaileddiff(true);
  response.setDeletebeforereplace(difference.deleteBeforeReplace);
  return response;
}

/** An error as the engine takes it; of a resource that failed to initialize, with the state to record. */
export function serviceError(error: unknown): Partial<grpc.ServiceError> {
  const message = error instanceof Error ? error.message : String(error);
  const failure = { code: grpc.status.UNKNOWN, details: message };
  if (!(error instanceof InitFailedError)) {
    return failure;
  }
  const detail = new proto.ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setProperties(struct(error.state));
  detail.setReasonsList([message]);
  const any = new Any();
  any.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(failure.code);
  status.setMessage(message);
  status.addDetails(any);
  const metadata = new grpc.Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { ...failure, metadata };
}
