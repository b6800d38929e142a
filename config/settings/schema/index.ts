import { z } from "zod";
import {
  argument,
  argumentName,
  branch,
  buildUrl,
  dockerName,
  engineUrl,
  imageReference,
  repository,
  sourceFolder,
  text,
  toolchainOrigin,
} from "../formats";
import { memorySchema, portSchema, processorsSchema, secondsSchema } from "../units";

/** A service's port that is published besides those of HTTPS and SSH. */
const extraPort = z.strictObject({
  internal: portSchema.describe("port in the container, such as 7474"),
  external: portSchema.describe("port on 127.0.0.1"),
});

/**
 * The stack's configuration, namespace `kalisi`. Every key is optional: the defaults are those of the
 * guide. Unknown keys are errors. docs/configuration.md is made from the descriptions.
 */
export const stackConfigSchema = z.strictObject({
  source: z
    .strictObject({
      path: sourceFolder
        .default("source")
        .describe("the Kalisi source tree, relative to the project's root"),
      repository: repository
        .default("https://github.com/littleredshack/kalisi.git")
        .describe("where the source tree is cloned from, and brought up to date"),
      ref: branch.default("main").describe("the repository's branch that it follows"),
      sync: z
        .boolean()
        .default(false)
        .describe(
          "whether `npm start` brings the source tree up to date first, as `npm run sync` does",
        ),
      git: z
        .boolean()
        .default(true)
        .describe(
          "whether `/workspace/source` gets the tree's git history, where the tree is a clone",
        ),
    })
    .prefault({})
    .describe("the Kalisi source tree that the image is built from"),
  envFile: text.optional().describe("the runtime settings file; unset: `.env` in the source tree"),
  image: z
    .strictObject({
      name: imageReference
        .optional()
        .describe(
          "what the built image is tagged as; unset: `kalisi/all-in-one:latest`, for other stacks than `dev` tagged with the stack's name",
        ),
      pull: imageReference.optional().describe("a published image to run instead of building one"),
      publish: z
        .strictObject({
          enabled: z
            .boolean()
            .default(false)
            .describe("whether `up` pushes the image it has built"),
          name: imageReference
            .default("ghcr.io/littleredshack/kalisi:latest")
            .describe("what it is pushed as, with the Docker client's own credentials"),
        })
        .prefault({}),
      baseImages: z
        .strictObject({
          base: imageReference
            .optional()
            .describe("base image of the final stage; unset: the Dockerfile's"),
          rust: imageReference
            .optional()
            .describe("image of the Rust build stage; unset: the Dockerfile's"),
          node: imageReference
            .optional()
            .describe("image that Node comes from; unset: the Dockerfile's"),
          neo4j: imageReference
            .optional()
            .describe("image that Neo4j comes from; unset: the Dockerfile's"),
        })
        .prefault({}),
      from: z
        .strictObject({
          rust: toolchainOrigin
            .default("official")
            .describe("`official`, or `debian`: the base image's packages"),
          node: toolchainOrigin
            .default("official")
            .describe("`official`, or `debian`: the base image's packages"),
          neo4j: z
            .enum(["official", "maven"])
            .default("official")
            .describe("`official`, or `maven`: Maven Central"),
        })
        .prefault({}),
      mirrors: z
        .strictObject({
          aptProxy: buildUrl
            .optional()
            .describe("an HTTP proxy for apt alone, such as `http://proxy.example:3142`"),
          apt: buildUrl
            .optional()
            .describe("stands in for the host of each apt archive; the paths (`/ubuntu`) stay"),
          npm: buildUrl.optional().describe("npm registry of the build"),
          cargo: buildUrl.optional().describe("sparse index of crates of the build"),
          maven: buildUrl.optional().describe("Maven repository of the build"),
        })
        .prefault({}),
      buildArgs: z
        .record(argumentName, argument)
        .prefault({})
        .describe("further build arguments of docker/Dockerfile; never a secret"),
      caCertificates: text
        .optional()
        .describe(
          "a PEM file of certificates that the build trusts; unset: what this machine trusts beyond its distribution",
        ),
    })
    .prefault({})
    .describe("how the image is built, or which one is pulled"),
  autoStart: z
    .boolean()
    .default(true)
    .describe("whether the container starts its services by itself"),
  ssh: z
    .strictObject({
      port: portSchema
        .optional()
        .describe("port on 127.0.0.1; unset: 2222, for other stacks than `dev` one of their own"),
      authorizedKeys: z
        .string()
        .optional()
        .describe(
          "public keys as text, one a line, or a file's path; an empty text lets nobody in",
        ),
      keysFrom: text
        .optional()
        .describe(
          "a file of public keys, or the keys; unset: `~/.ssh/id_ed25519.pub`, else `~/.ssh/id_rsa.pub`",
        ),
      agentForwarding: z
        .boolean()
        .default(false)
        .describe("whether `ssh -A` may lend your agent to the container, for a push from inside"),
    })
    .prefault({})
    .describe("who may log in, and where"),
  gateway: z
    .strictObject({
      port: portSchema
        .optional()
        .describe("port on 127.0.0.1; unset: 8443, for other stacks than `dev` one of their own"),
    })
    .prefault({})
    .describe("where HTTPS is published"),
  ports: z
    .array(extraPort)
    .default([])
    .describe("further ports of the container to publish on 127.0.0.1"),
  neo4j: z
    .strictObject({
      conf: text
        .default("config/neo4j/neo4j.conf")
        .describe("mounted at `/etc/neo4j/neo4j.conf`; relative to the project's root"),
      heap: memorySchema
        .optional()
        .describe("Neo4j's heap, such as `1g`; unset: neo4j.conf's, else a quarter of the memory"),
      pageCache: memorySchema
        .optional()
        .describe("Neo4j's page cache; unset: neo4j.conf's, else an eighth of the memory"),
    })
    .prefault({})
    .describe("the database"),
  redis: z
    .strictObject({
      memory: memorySchema
        .optional()
        .describe("what Redis may hold; unset: a quarter of the memory, where that is limited"),
    })
    .prefault({})
    .describe("the store of users and sessions"),
  resources: z
    .strictObject({
      memory: memorySchema
        .refine((size) => size >= 1024, "expected at least 1g: Neo4j and the services need it")
        .optional()
        .describe("what the container may use, such as `3g`; unset: no limit"),
      cpus: processorsSchema
        .optional()
        .describe("how many processors it may use, such as `1.5`; unset: no limit"),
    })
    .prefault({})
    .describe("what the container may use of this machine"),
  names: z
    .strictObject({
      container: dockerName.optional().describe("the container's name; unset: `kalisi`"),
      volumes: z
        .strictObject({
          workspace: dockerName
            .optional()
            .describe("the volume at `/workspace`; unset: `kalisi-workspace`"),
          neo4j: dockerName
            .optional()
            .describe("the volume at `/data/neo4j`; unset: `kalisi-neo4j`"),
          redis: dockerName
            .optional()
            .describe("the volume at `/data/redis`; unset: `kalisi-redis`"),
          home: dockerName
            .optional()
            .describe("the volume at `/home/kalisi`; unset: `kalisi-home`"),
        })
        .prefault({}),
    })
    .prefault({})
    .describe(
      "Docker's names of the stack's parts, where they are not to be derived from the stack's name",
    ),
  sudo: z
    .boolean()
    .default(false)
    .describe("whether user kalisi may become root inside, without a password"),
  dockerHost: engineUrl
    .optional()
    .describe("the Engine's endpoint; unset: the current Docker context's"),
  timeouts: z
    .strictObject({
      healthySeconds: secondsSchema
        .default(secondsSchema.parse(300))
        .describe("how long a start may take"),
      stopSeconds: secondsSchema
        .default(secondsSchema.parse(90))
        .describe("how long a stop may take before the Engine kills"),
    })
    .prefault({})
    .describe("how long things may take, in seconds"),
});

/** The parsed configuration, defaults filled in. */
export type StackConfig = z.output<typeof stackConfigSchema>;

/** The top-level keys of the namespace `kalisi`. */
export const stackConfigKeys = Object.keys(
  stackConfigSchema.shape,
) as readonly (keyof StackConfig)[];
