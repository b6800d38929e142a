import { z } from "zod";
import { portSchema } from "../units";

/** Where HTTPS is published. */
export const gatewaySchema = z
  .strictObject({
    port: portSchema
      .optional()
      .describe("port on 127.0.0.1; unset: 8443, or another one for each stack other than `dev`"),
  })
  .prefault({})
  .describe("where HTTPS is published");

/** A service's port that is published besides those of HTTPS and SSH. */
const extraPort = z.strictObject({
  internal: portSchema.describe("port in the container, such as 7474"),
  external: portSchema.describe("port on 127.0.0.1"),
});

/** Further ports of the container. */
export const extraPortsSchema = z
  .array(extraPort)
  .default([])
  .describe("further ports of the container to publish on 127.0.0.1");
