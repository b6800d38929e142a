import { z } from "zod";
import { isPrivateSubnet } from "../subnet";

// What a setting's text must look like. Nothing that passes means something else to a program that it
// is handed to: no option, no transport that runs a command, no second part of a bind.

export const text = z
  .string()
  .min(1, "expected a text that is not empty")
  // No path can hold one.
  .refine((value) => !value.includes("\0"), "must not hold a NUL character");

/** Where a build stage takes a toolchain from: its official image, or the base image's own packages. */
export const toolchainOrigin = z.enum(["official", "debian"]);
export type ToolchainOrigin = z.output<typeof toolchainOrigin>;

/** Where Neo4j comes from: its official image, or Maven Central. */
export const neo4jOrigin = z.enum(["official", "maven"]);
export type Neo4jOrigin = z.output<typeof neo4jOrigin>;

/** An address for the image's build, which everybody can read in the image's history. */
export const buildUrl = z
  .url({
    protocol: /^https?$/,
    error: "expected an address such as http://mirror.example:3142",
    abort: true,
  })
  .refine((address) => {
    const { username, password } = new URL(address);
    return username === "" && password === "";
  }, "must not hold a user or a password: it stays readable in the image's history")
  .refine((address) => !/["'\\`$\s]/.test(address), "must not hold quotes, spaces, $ or \\")
  .meta({ title: "address" });

/** A name that Docker accepts for a container, a network or a volume. */
export const dockerName = z
  .string()
  .regex(
    /^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,127}$/,
    "expected letters, digits, . _ and -, beginning with a letter or a digit",
  )
  .meta({ title: "name" });

/** A name that Kubernetes accepts for a namespace and for what is in one: RFC 1123's of a host's label. */
export const clusterName = z
  .string()
  .regex(
    /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/,
    "expected small letters, digits and -, beginning and ending with a letter or a digit, 63 at most",
  )
  .meta({ title: "name" });

/** `[registry/]name[:tag][@digest]`: https://github.com/distribution/reference/blob/main/reference.go */
export const imageReference = z
  .string()
  .regex(
    /^[a-z0-9]+([._-]+[a-z0-9]+)*(:\d+)?(\/[a-z0-9]+([._-]+[a-z0-9]+)*)*(:[\w][\w.-]{0,127})?(@sha256:[0-9a-f]{64})?$/i,
    "expected an image's name, such as ghcr.io/me/kalisi:latest",
  )
  .meta({ title: "image" });

/** A source tree: docker/Dockerfile.dockerignore lets no other folder into the image's build. */
export const sourceFolder = z
  .string()
  .regex(
    /^(?:\.\/)?(?:source|examples\/source)(?:\/(?!\.\.?(?:\/|$))[\w.-]+)*\/?$/,
    "expected source or examples/source, or a folder in one of them: nothing else reaches the image's build",
  )
  .meta({ title: "folder" });

/** A repository for git; no helper such as `ext::`, which would run a command. */
export const repository = z
  .string()
  .regex(
    /^(?:(?:https?|ssh|git|file):\/\/[^\s:]\S*|[\w.-]+@[\w.-]+:[^\s:]\S*|\/\S*)$/,
    "expected a repository's address, such as https://github.com/littleredshack/kalisi.git",
  )
  .refine(
    (address) => !/\/\/[^/@]*:[^/@]*@/.test(address),
    "must not hold a password: leave it to git's credential helper",
  )
  .meta({ title: "address" });

/** A branch: https://git-scm.com/docs/git-check-ref-format */
export const branch = z
  .string()
  .regex(
    // eslint-disable-next-line no-control-regex -- git refuses them
    /^(?![-/.])(?!.*(?:\.\.|@\{|\/\/|\/\.|\.lock(?:\/|$)))[^\s~^:?*[\\\u0000-\u001f\u007f]+(?<![/.])$/,
    "expected a branch's name, such as main",
  )
  .meta({ title: "branch" });

/** A range for a network of one container: two addresses are its own, and one is the gateway's. */
export const subnet = z
  .string()
  .refine(
    isPrivateSubnet,
    "expected a private range of IPv4 addresses that has room for a container, such as 10.80.0.0/24",
  )
  .meta({ title: "range" });

/** The Engine's endpoint, as DOCKER_HOST has it. */
export const engineUrl = z
  .string()
  .refine(isEngineUrl, {
    error:
      "expected an endpoint such as unix:///var/run/docker.sock, tcp://host:2376, tcp://[::1]:2376 or ssh://user@host",
    abort: true,
  })
  // Docker's own client takes none there.
  .refine(
    (address) => !/^[^/]*\/\/[^/@]*:[^/@]*@/.test(address),
    "must not hold a password: Pulumi's state would hold it",
  )
  .meta({ title: "address" });

/** A build argument's value: `pulumi config set --path` makes numbers of digits, and booleans of true and false. */
export const argument = z.union([z.string(), z.number(), z.boolean()]).transform(String);

/** A build argument's name; build-args.ts knows which there are. */
export const argumentName = z
  .string()
  .regex(/^[A-Za-z_]\w*$/, "expected a build argument's name, such as NEO4J_VERSION");

function isEngineUrl(address: string): boolean {
  if (/^(?:unix|npipe):\/\/\/?\S+$/.test(address)) {
    return true;
  }
  // A path is that of the socket on the other machine; of what answers HTTP, each client makes something else.
  return (
    /^(?:ssh:\/\/[^\s/]+(?:\/\S*)?|(?:tcp|https?):\/\/[^\s/?#]+\/?)$/.test(address) &&
    URL.canParse(address)
  );
}
