import { runtime } from "@pulumi/pulumi";
import { recordResources } from "../recorder";

/** What is to be run, and how: the only argument, as JSON. */
export interface Wanted {
  /** A module's path. */
  readonly module: string;
  /** Which of its exports is the program. */
  readonly name: string;
  readonly preview: boolean;
  readonly config?: Readonly<Record<string, string>>;
}

/** What has come of it: printed, as JSON. */
export interface Outcome {
  /** What the user is told: an error that several promises end with is one, as Pulumi has it. */
  readonly errors: readonly { readonly message: string; readonly hasStack: boolean }[];
  /** The resources that the engine was told of, the stack's own left out. */
  readonly registered: readonly string[];
}

/**
 * Runs a program as Pulumi does, before an engine that records what is registered. In a process of its own: jest
 * takes each promise that is refused for a failure of the test.
 */
async function main({ module, name, preview, config = {} }: Wanted): Promise<void> {
  const errors = new Set<Error>();
  process.on("unhandledRejection", (error) => errors.add(error as Error));
  const registered = await recordResources(preview, "unit");
  runtime.setAllConfig(config);
  const programs = (await import(module)) as Readonly<Record<string, () => Promise<object>>>;
  const program = programs[name];
  if (program === undefined) throw new Error(`${module} has no ${name}`);
  void runtime.runInPulumiStack(program);
  process.once("beforeExit", () => {
    const outcome: Outcome = {
      errors: [...errors].map(({ message, stack }) => ({ message, hasStack: stack !== undefined })),
      registered: registered
        .filter(({ type }) => type !== runtime.rootPulumiStackTypeName)
        .map((resource) => resource.name),
    };
    console.log(JSON.stringify(outcome));
  });
}

void main(JSON.parse(process.argv[2] ?? "") as Wanted);
