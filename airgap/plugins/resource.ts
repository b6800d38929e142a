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

/** What the engine asks of a resource type. `inputs` and `news` are without secrets' wrapping. */
export interface ResourceType {
  /** What is recorded of the program's inputs, and what is wrong with them. */
  check(news: Props): Result<{ readonly inputs: Props; readonly failures: readonly Failure[] }>;
  diff(oldInputs: Props, state: Props, news: Props): Difference;
  create(inputs: Props, context: Context): Result<{ readonly id: string; readonly state: Props }>;
  /** undefined: the thing is gone. */
  read(id: string, inputs: Props, state: Props): Result<Reading | undefined>;
  update(id: string, state: Props, inputs: Props, context: Context): Result<Props>;
  delete(id: string, state: Props, context: Context): Result<void>;
}

/** What is recorded of a resource after a look at it. */
export interface Reading {
  readonly inputs: Props;
  readonly state: Props;
}

/** A plugin that stands in for the official one of the same name. */
export interface Plugin {
  readonly name: string;
  readonly version: string;
  /** The provider's settings that it knows. */
  readonly configKeys: readonly string[];
  configure(config: Props): Result<void>;
  /** Resource types by their tokens, such as `docker:index/volume:Volume`. */
  readonly resources: Readonly<Record<string, ResourceType>>;
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
