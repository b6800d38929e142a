import type { Difference, Failure } from "./table";
import type { Props } from "./values";

/** What a resource type may use while it works for the engine. */
export interface Context {
  readonly preview: boolean;
  /** Aborted when the user interrupts the run. */
  readonly signal: AbortSignal;
  /** Shows a line beside the resource while it is being worked on; not kept. */
  status(line: string): void;
}

type Result<T> = T | Promise<T>;

export interface ResourceType {
  /** Any secret input makes every output secret. */
  readonly spreadsSecrets?: boolean;
  check(news: Props): Result<{ inputs: Props; failures: Failure[] }>;
  diff(oldInputs: Props, state: Props, news: Props): Difference;
  create(inputs: Props, context: Context): Result<{ id: string; state: Props }>;
  /** undefined: the thing is gone. */
  read(id: string, inputs: Props, state: Props): Result<Reading | undefined>;
  update(id: string, state: Props, inputs: Props, context: Context): Result<Props>;
  delete(id: string, state: Props, context: Context): Result<void>;
}

export interface Reading {
  inputs: Props;
  state: Props;
}

export interface Plugin {
  readonly name: string;
  readonly version: string;
  readonly configKeys: readonly string[];
  configure(config: Props): void | Promise<void>;
  readonly resources: Record<string, ResourceType>;
}

/** The resource exists but is not what was asked for: it is recorded, and the operation fails. */
export class InitFailedError extends Error {
  constructor(
    message: string,
    readonly id: string,
    readonly state: Props,
  ) {
    super(message);
  }
}
