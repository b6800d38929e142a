import * as grpc from "@grpc/grpc-js";
import { Any } from "google-protobuf/google/protobuf/any_pb";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { InitFailedError, type ResourceType } from "./resource";
import type { Difference } from "./table";
import { conceal, reveal, secretKeys, type Props } from "./values";

/** The values as they travel: secrets wrapped. */
export const raw = (struct: Struct | undefined): Props => struct?.toJavaScript() ?? {};
/** The values as the program wrote them. */
export const plain = (struct: Struct | undefined): Props => reveal(raw(struct)) as Props;
/** Values ready to travel. */
export const struct = (values: Props): Struct => Struct.fromJavaScript(values);

/** `result` with everything secret again that was secret in what it was made from. */
export function sealed(
  type: Pick<ResourceType, "spreadsSecrets">,
  sources: readonly (Struct | undefined)[],
  result: Props,
): Struct {
  const keys = sources.flatMap((source) => secretKeys(raw(source)));
  const all = type.spreadsSecrets === true && keys.length > 0;
  return struct(conceal(result, all ? Object.keys(result) : keys));
}

const { Kind } = proto.PropertyDiff;

/** A difference in the engine's words, without the properties of which the program ignores changes. */
export function diffResponse(
  difference: Difference,
  ignored: readonly string[],
): proto.DiffResponse {
  const response = new proto.DiffResponse();
  const changes = Object.entries(difference.properties).filter(([key]) => !ignored.includes(key));
  for (const [key, kind] of changes) {
    const detail = new proto.PropertyDiff();
    detail.setKind(kind === "replace" ? Kind.UPDATE_REPLACE : Kind.UPDATE);
    detail.setInputdiff(true);
    response.getDetaileddiffMap().set(key, detail);
    response.addDiffs(key);
    if (kind === "replace") {
      response.addReplaces(key);
    }
  }
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
