/**
 * The shell line that runs a program of this folder, from the project's root. It holds no input: that
 * goes through the environment and stdin.
 */
export function projectCommand(
  program:
    | "limit-processes"
    | "place-files"
    | "put-env-secret"
    | "remove-env-secret"
    | "remove-files"
    | "set-authorized-keys"
    | "set-build-network"
    | "wait-for-healthy"
    | "wait-for-keys"
    | "wait-for-pod",
): string {
  return `node --require ./compile.cjs components/commands/${program}.ts`;
}
