import { z } from "zod";

const port = z
  .int()
  .min(1, "expected a port from 1 to 65535")
  .max(65535, "expected a port from 1 to 65535");

const seconds = z.int().positive("expected a whole number of seconds above 0");

/** An amount of memory with its unit, such as `3g` or `1536m`; parsed to MiB. */
const memory = z
  .string()
  .regex(/^\d+[mg]$/i, "expected a whole number with its unit, such as 3g or 1536m")
  .transform((size) => parseInt(size, 10) * (/g$/i.test(size) ? 1024 : 1))
  .refine((mebibytes) => mebibytes >= 1024, "expected at least 1g: Neo4j and the services need it");

const text = z.string().min(1, "expected a text that is not empty");

/** Where a build stage takes a toolchain from: its official image, or the base image's own packages. */
const toolchainOrigin = z.enum(["official", "debian"]);

/** An address for the image's build, which everybody can read in the image's history. */
const buildUrl = z
  .url({
    protocol: /^https?$/,
    error: "expected an address such as http://mirror.example:3142",
    abort: true,
  })
  .refine((address) => {
    const { username, password } = new URL(address);
    return username === "" && password === "";
  }, "must not hold a user or a password: it stays readable in the image's history")
  .refine((address) => !/["'\\`$\s]/.test(address), "must not hold quotes, spaces, $ or \\");

/**
 * The stack's configuration, namespace `kalisi`. Every key is optional: the defaults are those of the
 * guide. Unknown keys are errors.
 */
export const stackConfigSchema = z.strictObject({
  source: z
    .strictObject({
      /** Directory of the Kalisi source tree, relative to the project's root. */
      path: text.default("source"),
      /** Whether the workspace gets the tree's git history, where the tree is a clone. */
      git: z.boolean().default(true),
    })
    .prefault({}),
  /** The runtime settings file. Unset: `.env` in the source tree's app root. */
  envFile: text.optional(),
  image: z
    .strictObject({
      /** What the built image is tagged as. */
      name: text.default("kalisi/all-in-one:latest"),
      baseImages: z
        .strictObject({
          base: text.optional(),
          rust: text.optional(),
          node: text.optional(),
          neo4j: text.optional(),
        })
        .prefault({}),
      from: z
        .strictObject({
          rust: toolchainOrigin.default("official"),
          node: toolchainOrigin.default("official"),
          neo4j: z.enum(["official", "maven"]).default("official"),
        })
        .prefault({}),
      /** Where the build gets packages from. Unset: from the public places. */
      mirrors: z
        .strictObject({
          /** An HTTP proxy for apt alone, such as apt-cacher-ng. */
          aptProxy: buildUrl.optional(),
          /** Stands in for the host of every apt archive; the paths stay. */
          apt: buildUrl.optional(),
          npm: buildUrl.optional(),
          /** A sparse index of crates. */
          cargo: buildUrl.optional(),
          maven: buildUrl.optional(),
        })
        .prefault({}),
    })
    .prefault({}),
  /** Whether the container starts its services by itself. */
  autoStart: z.boolean().default(true),
  ssh: z
    .strictObject({
      /** Port on 127.0.0.1 that leads to the container's sshd. */
      port: port.default(2222),
      /** Public keys, one a line; overrides keysFrom. An empty text lets nobody in. */
      authorizedKeys: z.string().optional(),
      /** A file of public keys. Unset: ~/.ssh/id_ed25519.pub, then ~/.ssh/id_rsa.pub. */
      keysFrom: text.optional(),
      /** Whether `ssh -A` may lend the user's agent to the container, for a git push from inside. */
      agentForwarding: z.boolean().default(false),
    })
    .prefault({}),
  gateway: z.strictObject({ port: port.default(8443) }).prefault({}),
  neo4j: z.strictObject({ conf: text.default("config/neo4j/neo4j.conf") }).prefault({}),
  resources: z
    .strictObject({
      /** What the container may use; Neo4j and Redis take their shares of it. Unset: no limit. */
      memory: memory.optional(),
    })
    .prefault({}),
  /** Whether user kalisi may become root inside the container, without a password. */
  sudo: z.boolean().default(false),
  /** Docker Engine endpoint. Unset: DOCKER_HOST, then the current Docker context. */
  dockerHost: text.optional(),
  timeouts: z
    .strictObject({
      healthySeconds: seconds.default(300),
      stopSeconds: seconds.default(90),
    })
    .prefault({}),
});

/** The parsed configuration, defaults filled in. */
export type StackConfig = z.output<typeof stackConfigSchema>;

/** The top-level keys of the namespace `kalisi`. */
export const stackConfigKeys = Object.keys(
  stackConfigSchema.shape,
) as readonly (keyof StackConfig)[];
