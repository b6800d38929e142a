import { Document } from "yaml";
import { physicalNames, type PhysicalNames } from "../../../config/names";
import type { Ended } from "./clone";
import { accepts, freePort, whatExists } from "./probe";

/** The stack that a test run makes and removes. */
export interface TestStack {
  readonly name: string;
  readonly names: PhysicalNames;
  readonly gatewayPort: number;
  readonly sshPort: number;
  /** Config keys to set, by their paths. */
  readonly config: Readonly<Record<string, number>>;
}

/**
 * The dev stack itself, with its own names and ports, where nobody has one: on a fresh machine and in
 * continuous integration. Else one beside it, so that a test never touches anybody's data.
 */
export async function chooseStack(): Promise<TestStack> {
  const dev = physicalNames("dev");
  const inUse = [
    ...(await whatExists(dev)),
    ...((await accepts("127.0.0.1", 8443)) ? ["port 8443"] : []),
    ...((await accepts("127.0.0.1", 2222)) ? ["port 2222"] : []),
  ];
  if (inUse.length === 0) {
    return { name: "dev", names: dev, gatewayPort: 8443, sshPort: 2222, config: {} };
  }
  console.log(`The dev stack is in use here (${inUse.join(", ")}): testing on a stack beside it`);
  return stackBeside("e2e");
}

/** A stack with names and ports of its own. */
export async function stackBeside(prefix: string): Promise<TestStack> {
  const name = `${prefix}-${process.pid}`;
  const [gatewayPort, sshPort] = [await freePort(), await freePort()];
  return {
    name,
    names: physicalNames(name),
    gatewayPort,
    sshPort,
    config: { "kalisi:gateway.port": gatewayPort, "kalisi:ssh.port": sshPort },
  };
}

/** The text of a stack's configuration file with these keys. */
export function configFile(config: TestStack["config"]): string {
  const file = new Document({});
  for (const [path, value] of Object.entries(config)) {
    file.setIn(["config", ...path.split(".")], value);
  }
  return file.toString();
}

/** Sets a stack's config keys in a clone, as a user does who types a command for each. */
export async function configure(
  clone: { readonly sh: (line: string, env?: Readonly<Record<string, string>>) => Promise<Ended> },
  stack: TestStack,
  env?: Readonly<Record<string, string>>,
): Promise<void> {
  for (const [path, value] of Object.entries(stack.config)) {
    await clone.sh(
      `npm run pulumi -- config set --stack ${stack.name} --path '${path}' ${value}`,
      env,
    );
  }
}
