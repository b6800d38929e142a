import { readMachineCertificates } from "../../../config/files/named-files";
import type { TestContainer } from "./container";
import { root } from "./declared";

/**
 * Gives builds in a container their network, as `pulumi up` does.
 *
 * @param network what components/build-network.ts hands over. @default what this machine's image builds have
 */
export function setBuildNetwork(
  kalisi: TestContainer,
  network: Readonly<Record<string, unknown>> = { certificates: readMachineCertificates(root) },
) {
  const input = JSON.stringify({ mirrors: {}, proxies: {}, ...network });
  return kalisi.run("sh", "-c", 'printf %s "$1" | kalisi-build-network', "-", input);
}
