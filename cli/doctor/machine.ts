import { totalmem } from "node:os";
import type { MachineProfile } from "../../config/machine-profile";
import { withoutPassword } from "../../config/quote";
import { freeBytes } from "../free-bytes";
import { run } from "../process";
import { isPulumiThere } from "../setup/pulumi";
import { ok, problem, warning, type Finding } from "./finding";

const gibibyte = 1024 ** 3;

/** Neo4j, Redis and the services take about one; to compile the services takes the rest. */
const usualMemory = 4 * gibibyte;
/** The image has two; building it takes the rest. */
const usualDisk = 10 * gibibyte;

const inGibibytes = (bytes: number) => `${(bytes / gibibyte).toFixed(1)} GiB`;

/** This machine itself. */
export async function checkMachine(root: string): Promise<readonly Finding[]> {
  const [free, memory] = [await freeBytes(root), totalmem()];
  const system = `${process.platform} on ${process.arch}, Node ${process.versions.node}`;
  return [
    ok("machine", system),
    memory < usualMemory
      ? warning(
          "memory",
          `${inGibibytes(memory)}; to build the image usually takes ${inGibibytes(usualMemory)}`,
          "pull a published image: kalisi:image.pull",
        )
      : ok("memory", inGibibytes(memory)),
    free < usualDisk
      ? warning(
          "disk",
          `${inGibibytes(free)} are free here; a first build usually takes ${inGibibytes(usualDisk)}`,
          "make room: docker system df shows what Docker holds",
        )
      : ok("disk", `${inGibibytes(free)} are free here`),
  ];
}

/** Pulumi and its plugins, as set-up has chosen them. */
export function checkPulumi({ pulumi }: MachineProfile): readonly Finding[] {
  if (!isPulumiThere(pulumi)) {
    return [
      warning("Pulumi", "is not there yet, or not any more", "npm start finds or installs it"),
    ];
  }
  return [
    ok("Pulumi", `${pulumi.version} in ${pulumi.bin}`),
    ok(
      "Pulumi plugins",
      pulumi.home === undefined ? "the official ones" : "the stand-ins of airgap/",
    ),
  ];
}

/** The package registry that npm is set to, which everything can be built from where nothing else answers. */
export async function checkNetwork(): Promise<readonly Finding[]> {
  const registry = await registryOfNpm();
  if (registry === undefined) {
    return [
      warning(
        "network",
        "npm does not tell the package registry's address, as there is a password in it: not looked at",
        "keep the password apart: npm config set //REGISTRY/:_authToken TOKEN",
      ),
    ];
  }
  const asked = ["--silent", "--show-error", "--head", "--location", "--max-time", "2", registry];
  return run("curl", [...asked, "--output", "/dev/null"]).then(
    () => [ok("network", `the package registry ${registry} answers`)],
    (error: unknown) => {
      const [reason = ""] = (error as Error).message.split("\n");
      return [
        problem(
          "KALISI-SETUP-NETWORK",
          "network",
          `the package registry ${registry} does not answer: ${reason}`,
          "check the proxy (HTTPS_PROXY) and npm config get registry; a stack that is built already starts without it",
        ),
      ];
    },
  );
}

/** Undefined where npm keeps it to itself: https://github.com/npm/cli/blob/latest/lib/commands/config.js */
async function registryOfNpm(): Promise<string | undefined> {
  try {
    return withoutPassword((await run("npm", ["config", "get", "registry"])).trim());
  } catch (error) {
    if ((error as Error).message.includes("is protected")) {
      return undefined;
    }
    throw error;
  }
}
