/**
 * The shell line that runs a program of this folder, from the project's root. It holds no input: that
 * goes through the environment and stdin.
 */
export function projectCommand(program: "wait-for-healthy" | "set-authorized-keys"): string {
  return `node --require ./compile.cjs components/commands/${program}.ts`;
}
