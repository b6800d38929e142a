import { z } from "zod";
import {
  argument,
  argumentName,
  buildUrl,
  imageReference,
  neo4jOrigin,
  text,
  toolchainOrigin,
} from "../formats";

/** How the image is built, or which one is pulled. */
export const imageSchema = z
  .strictObject({
    name: imageReference
      .optional()
      .describe(
        "the built image's name; unset: `kalisi/all-in-one:latest`, with the stack's name as the tag for stacks other than `dev`",
      ),
    pull: imageReference.optional().describe("a published image to run instead of building one"),
    publish: z
      .strictObject({
        enabled: z
          .boolean()
          .default(false)
          .describe("whether `up` pushes the image that it has built"),
        name: imageReference
          .default("ghcr.io/littleredshack/kalisi:latest")
          .describe("the name that it is pushed as, with the Docker client's own credentials"),
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
          .describe("image that Node is taken from; unset: the Dockerfile's"),
        neo4j: imageReference
          .optional()
          .describe("image that Neo4j is taken from; unset: the Dockerfile's"),
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
        neo4j: neo4jOrigin.default("official").describe("`official`, or `maven`: Maven Central"),
      })
      .prefault({}),
    mirrors: z
      .strictObject({
        aptProxy: buildUrl
          .optional()
          .describe("an HTTP proxy for apt alone, such as `http://proxy.example:3142`"),
        apt: buildUrl
          .optional()
          .describe("replaces the host of each apt archive; the paths (`/ubuntu`) stay the same"),
        npm: buildUrl.optional().describe("npm registry that the build uses"),
        cargo: buildUrl.optional().describe("sparse index of crates that the build uses"),
        maven: buildUrl.optional().describe("Maven repository that the build uses"),
      })
      .prefault({}),
    buildArgs: z
      .record(argumentName, argument)
      .prefault({})
      .describe("further build arguments for docker/Dockerfile; never put a secret here"),
    caCertificates: text
      .optional()
      .describe(
        "a PEM file of certificates that the build trusts; unset: those that this machine trusts beyond its distribution's",
      ),
  })
  .prefault({})
  .describe("how the image is built, or which one is pulled");
