import type { ResourceValidation, ResourceValidationArgs } from "@pulumi/policy";

export {
  commandType,
  containerType,
  imageType,
  networkType,
  volumeType,
} from "../../config/resource-types";

/**
 * A validation of one type of resource. @pulumi/policy's own helper takes the resource's class, and with
 * it a provider's whole SDK, which is a second of each preview.
 *
 * @param problemsOf what is wrong with the resource and how to put it right, one text each
 */
export function ofType(
  type: string,
  problemsOf: (props: Props, args: ResourceValidationArgs) => readonly string[],
): ResourceValidation {
  return (args, reportViolation) => {
    if (args.type !== type) return;
    for (const problem of problemsOf(args.props, args)) reportViolation(problem);
  };
}

/** A resource's inputs as a policy gets them: of no certain shape. To read what a preview cannot know yet throws. */
export type Props = Readonly<Record<string, unknown>>;

/** A single value as a message shows it. */
export function shown(input: unknown, otherwise: string): string {
  return typeof input === "string" || typeof input === "number" ? String(input) : otherwise;
}

/** The elements of an input that may be a list of objects, or not be there. */
export function objectsOf(input: unknown): readonly Props[] {
  return Array.isArray(input)
    ? input.filter((item): item is Props => typeof item === "object" && item !== null)
    : [];
}

/** The texts of an input that may be a list of texts, or not be there. */
export function textsOf(input: unknown): readonly string[] {
  return Array.isArray(input) ? input.filter((item) => typeof item === "string") : [];
}

/** The names and texts of an input that may be a map, or not be there. */
export function entriesOf(input: unknown): readonly (readonly [string, string])[] {
  return typeof input === "object" && input !== null && !Array.isArray(input)
    ? Object.entries(input).filter(
        (entry): entry is [string, string] => typeof entry[1] === "string",
      )
    : [];
}
