import { hasPassword } from "../settings/build-args";
import { clientFolder, readClientConfig } from "./client-config";

const names: Readonly<Record<string, string>> = {
  httpProxy: "HTTP_PROXY",
  httpsProxy: "HTTPS_PROXY",
  ftpProxy: "FTP_PROXY",
  noProxy: "NO_PROXY",
  allProxy: "ALL_PROXY",
};

/**
 * The build arguments that the Docker client gives to each build on an Engine: the proxies of its config.json, in both
 * cases of letters. One with a password is left out: the state would hold it.
 *
 * @param uri the Engine's address
 * @param warnings what is left out is added to them
 * @throws ConfigError where the client's file cannot be read
 * @see https://docs.docker.com/engine/cli/proxy/
 */
export function clientProxies(
  uri: string,
  environment: NodeJS.ProcessEnv,
  home: string,
  warnings: string[],
): Readonly<Record<string, string>> {
  const { proxies = {} } = readClientConfig(clientFolder(environment, home));
  const own = proxies[uri] ?? proxies["default"] ?? {};
  const args: Record<string, string> = {};
  for (const [key, name] of Object.entries(names)) {
    const value = own[key] ?? "";
    if (hasPassword(value)) {
      warnings.push(
        `${key} of the Docker client's config.json has a password, which Pulumi's state would hold: the image is built without that proxy. Give the build one that asks for none: kalisi:image.buildArgs.${name}`,
      );
    } else if (value !== "") {
      args[name] = value;
      args[name.toLowerCase()] = value;
    }
  }
  return args;
}
