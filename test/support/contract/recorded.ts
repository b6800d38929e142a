import type * as grpc from "@grpc/grpc-js";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import * as proto from "@pulumi/pulumi/proto/provider_pb";
import { Status } from "@pulumi/pulumi/proto/status_pb";
import { conceal, reveal, type Json, type Props } from "../../../airgap/plugins/values";

/** Such as `update` and `update_replace`. */
export type Kind = Lowercase<keyof typeof proto.PropertyDiff.Kind>;

/** A resource as the engine records it. */
export interface Recorded {
  readonly type: string;
  readonly id: string;
  readonly inputs: Props;
  readonly state: Props;
  /** Why it is not what was asked for. @default it is */
  readonly failures?: readonly string[];
}

/** What a change of inputs would lead to. */
export interface Planned {
  /** By the path of each property that differs, such as `ports[0].external`. */
  readonly paths: Readonly<Record<string, Kind>>;
  readonly deleteBeforeReplace: boolean;
}

/** What a plugin makes of a program's inputs. */
export interface Checked {
  readonly inputs: Props;
  /** By the names of the properties, or by nothing. */
  readonly failures: readonly string[];
}

/** Values ready to travel. */
export const struct = (values: Props) => Struct.fromJavaScript(values);
/** Values as they travel: secrets marked. */
export const props = (values: Struct | undefined): Props => values?.toJavaScript() ?? {};
/** Without the marks of secrets, and without nulls. */
export const plain = (values: Props): Props => reveal(values) as Props;

/** What a plugin records of a resource that it has made and that did not become what was asked for. */
export function failedResource(error: grpc.ServiceError): Omit<Recorded, "type"> | undefined {
  const [binary] = error.metadata.get("grpc-status-details-bin");
  if (!(binary instanceof Buffer)) {
    return undefined;
  }
  const [detail] = Status.deserializeBinary(binary).getDetailsList();
  if (detail === undefined) {
    return undefined;
  }
  const failed = proto.ErrorResourceInitFailed.deserializeBinary(detail.getValue_asU8());
  return {
    id: failed.getId(),
    inputs: props(failed.getInputs()),
    state: props(failed.getProperties()),
    failures: failed.getReasonsList(),
  };
}

const kinds = Object.entries(proto.PropertyDiff.Kind);

/** A plugin's answer to "what would change". */
export function planned(response: proto.DiffResponse): Planned {
  const paths: [string, Kind][] = [];
  response.getDetaileddiffMap().forEach((detail, path) => {
    const kind = kinds.find(([, value]) => value === detail.getKind())?.[0] ?? "";
    paths.push([path, kind.toLowerCase() as Kind]);
  });
  return {
    paths: Object.fromEntries(paths.sort(([a], [b]) => (a < b ? -1 : 1))),
    deleteBeforeReplace: response.getDeletebeforereplace(),
  };
}

/** A value marked as a secret. */
export const secret = (value: Json): Json => conceal({ value }, ["value"])["value"] ?? null;
