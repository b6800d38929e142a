import { z } from "zod";
import { engineUrl, text } from "../formats";
import { backupSchema } from "./backup";
import { imageSchema } from "./image";
import { kubernetesSchema } from "./kubernetes";
import { namesSchema } from "./names";
import { neo4jSchema } from "./neo4j";
import { networkSchema } from "./network";
import { extraPortsSchema, gatewaySchema } from "./ports";
import { redisSchema } from "./redis";
import { resourcesSchema } from "./resources";
import { sourceSchema } from "./source";
import { sshSchema } from "./ssh";
import { timeoutsSchema } from "./timeouts";

/**
 * The stack's configuration, namespace `kalisi`. Every key is optional: the defaults are those of the
 * guide. Unknown keys are errors. docs/configuration.md is made from the descriptions.
 */
export const stackConfigSchema = z.strictObject({
  source: sourceSchema,
  envFile: text.optional().describe("the runtime settings file; unset: `.env` in the source tree"),
  target: z
    .enum(["docker", "kubernetes"])
    .default("docker")
    .describe("what runs the container: a Docker Engine, or a Kubernetes cluster"),
  image: imageSchema,
  autoStart: z
    .boolean()
    .default(true)
    .describe("whether the container starts its services by itself"),
  ssh: sshSchema,
  gateway: gatewaySchema,
  ports: extraPortsSchema,
  network: networkSchema,
  neo4j: neo4jSchema,
  redis: redisSchema,
  resources: resourcesSchema,
  names: namesSchema,
  sudo: z
    .boolean()
    .default(false)
    .describe("whether user kalisi may become root in the container, without a password"),
  dockerHost: engineUrl
    .optional()
    .describe("the Engine's endpoint; unset: the current Docker context's"),
  kubernetes: kubernetesSchema,
  timeouts: timeoutsSchema,
  backup: backupSchema,
});

/** The parsed configuration, defaults filled in. */
export type StackConfig = z.output<typeof stackConfigSchema>;

/** The top-level keys of the namespace `kalisi`. */
export const stackConfigKeys = Object.keys(
  stackConfigSchema.shape,
) as readonly (keyof StackConfig)[];
