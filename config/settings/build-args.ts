import type { Problem } from "../errors";

/** The build arguments that a config key of their own sets, or the program itself. */
export const managedBuildArgs = {
  SOURCE_DIR: "kalisi:source.path",
  SOURCE_HISTORY: "kalisi:source.git",
  BASE_IMAGE: "kalisi:image.baseImages.base",
  BASE_DIGEST: "kalisi:image.baseImages.base",
  RUST_IMAGE: "kalisi:image.baseImages.rust",
  NODE_IMAGE: "kalisi:image.baseImages.node",
  NEO4J_IMAGE: "kalisi:image.baseImages.neo4j",
  RUST_FROM: "kalisi:image.from.rust",
  NODE_FROM: "kalisi:image.from.node",
  NEO4J_FROM: "kalisi:image.from.neo4j",
  APT_PROXY: "kalisi:image.mirrors.aptProxy",
  APT_MIRROR: "kalisi:image.mirrors.apt",
  NPM_REGISTRY: "kalisi:image.mirrors.npm",
  CARGO_REGISTRY: "kalisi:image.mirrors.cargo",
  MAVEN_MIRROR: "kalisi:image.mirrors.maven",
  CA_CERTIFICATES: "kalisi:image.caCertificates",
  REVISION: "git",
  CREATED: "git",
  SOURCE_REVISION: "git",
} as const;

/** Those that every build knows: https://docs.docker.com/build/building/variables/#proxy-arguments */
const proxyArgs = ["HTTP_PROXY", "HTTPS_PROXY", "FTP_PROXY", "NO_PROXY", "ALL_PROXY"];

/** Those of the arguments that name a proxy, in either case of letters. */
export function proxiesOf(
  args: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(args).filter(([name]) => isProxyName(name)));
}

const isProxyName = (name: string) =>
  proxyArgs.some((proxy) => [proxy, proxy.toLowerCase()].includes(name));

/** Whether a proxy's address has a password, which the state would hold. */
export function hasPassword(address: string): boolean {
  // What a password should have written as %2F and %40 is often not.
  return /^(?:[a-z0-9+.-]+:\/\/|(?![a-z0-9+.-]+:\/\/))[^@\s]*:[^@\s]+@/i.test(address);
}

const secretLooking = /TOKEN|SECRET|PASSWORD|PASSWD|CREDENTIAL|KEY/i;

/**
 * Checks the user's own build arguments. BuildKit would build on with a misspelt one and only warn.
 *
 * @param args names and values, as configured
 * @param dockerfile the Dockerfile's text
 * @param setting how to call the setting that holds them
 */
export function checkBuildArgs(
  args: Readonly<Record<string, string>>,
  dockerfile: string,
  setting: string,
): readonly Problem[] {
  const free = declaredArgs(dockerfile).filter((name) => !Object.hasOwn(managedBuildArgs, name));
  return Object.entries(args).flatMap(([name, value]): Problem[] => {
    const problem = { setting: `${setting}.${name}` };
    const remove = `pulumi config rm --path '${setting}.${name}'`;
    const isProxy = isProxyName(name);
    if (secretLooking.test(name) || (isProxy && hasPassword(value))) {
      return [
        {
          ...problem,
          code: "KALISI-IMAGE-SECRET",
          problem:
            "looks like a secret, and a build argument stays readable in the image's history and in the state",
          fix: `${remove}; settings that are secret belong in .env, which the image never has`,
        },
      ];
    }
    if (Object.hasOwn(managedBuildArgs, name)) {
      const owner = managedBuildArgs[name as keyof typeof managedBuildArgs];
      return [
        { ...problem, code: "KALISI-IMAGE-ARGUMENT", problem: `is set by ${owner}`, fix: remove },
      ];
    }
    return isProxy || free.includes(name)
      ? []
      : [
          {
            ...problem,
            code: "KALISI-IMAGE-ARGUMENT",
            problem: `docker/Dockerfile declares no such argument; it has ${free.join(", ")}`,
            fix: `${remove}, or correct its spelling`,
          },
        ];
  });
}

/** The arguments that a Dockerfile declares. */
export function declaredArgs(dockerfile: string): readonly string[] {
  const names = [...dockerfile.matchAll(/^[ \t]*ARG[ \t]+(.+)$/gim)].flatMap(([, declared]) =>
    [...(declared ?? "").matchAll(/(?:^|\s)([A-Za-z_]\w*)/g)].map(([, name]) => name ?? ""),
  );
  return [...new Set(names)];
}
