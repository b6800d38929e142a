import * as pulumi from "@pulumi/pulumi";
import { Refusal } from "../config/errors";
import { evaluate, mandatory, violationLine, type DeclaredResource } from "./evaluate";
import { policies } from "./policies";
import { readPolicyConfig } from "./read-config";
import { isUnknown, unknownValue, valueOf } from "./unknown";

type Inputs = Readonly<Record<string, unknown>>;

/**
 * Declares resources, of which the engine hears only after the policies have passed all of them. It would hear of
 * each when its inputs are known: an error at the container would not keep the image from being built.
 *
 * @param root the project's root
 * @param declare constructs all resources before it returns
 * @param onPass is run before the engine hears of any, if nothing is refused
 * @throws Refusal with everything that is refused
 */
export async function declareByPolicies<T extends Inputs>(
  root: string,
  declare: () => T,
  onPass: () => Promise<void>,
): Promise<T> {
  const config = readPolicyConfig(root, policies);
  const refuseAny = async (resources: readonly DeclaredResource[], heading: string) => {
    const violations = mandatory(await evaluate(policies, resources, config));
    if (violations.length > 0) {
      const lines = violations.map((violation) => `  ${violationLine(violation)}`);
      const text = [`${heading}: refused by policy.`, ...lines].join("\n");
      throw new Refusal("KALISI-POLICY-REFUSED", text);
    }
  };
  const declared: DeclaredResource[] = [];
  let isDeclared = false;

  const judged = Promise.resolve().then(async () => {
    const outputs = declare();
    isDeclared = true;
    await refuseAny(declared, "Nothing was changed");
    await onPass();
    return outputs;
  });

  pulumi.runtime.registerStackTransformation(({ type, name, props, opts }) => {
    const resource = {
      // The types of its parents, which are left out, are for the engine to add.
      urn: `urn:pulumi:${pulumi.getStack()}::${pulumi.getProject()}::${type}::${name}`,
      type,
      name,
      inputs: withUnknowns(props) as Inputs,
      retainOnDelete: (opts as pulumi.CustomResourceOptions).retainOnDelete === true,
    };
    const isLate = isDeclared;
    if (!isLate) declared.push(resource);
    const pass = async (): Promise<unknown> => {
      await judged;
      if (isLate || hasUnknown(resource.inputs)) {
        // Not all is known in a preview, nor in an update of some resources alone.
        const inputs = (await valueOf(pulumi.output(props))) ?? resource.inputs;
        await refuseAny([{ ...resource, inputs }], `${name} was not changed`);
      }
      return opts.dependsOn ?? [];
    };
    // The SDK waits for what a resource depends on before it tells the engine of it.
    return { props, opts: { ...opts, dependsOn: pass() as Promise<pulumi.Resource[]> } };
  });
  return judged;
}

/** The inputs, with a plan's placeholder for each that is not known when its resource is constructed. */
function withUnknowns(input: unknown): unknown {
  if (pulumi.Output.isInstance(input) || input instanceof Promise) return unknownValue;
  if (Array.isArray(input)) return input.map(withUnknowns);
  return isPlainObject(input)
    ? Object.fromEntries(Object.entries(input).map(([key, value]) => [key, withUnknowns(value)]))
    : input;
}

function hasUnknown(input: unknown): boolean {
  return (
    isUnknown(input) ||
    ((Array.isArray(input) || isPlainObject(input)) && Object.values(input).some(hasUnknown))
  );
}

function isPlainObject(input: unknown): input is Inputs {
  return (
    typeof input === "object" && input !== null && Object.getPrototypeOf(input) === Object.prototype
  );
}
