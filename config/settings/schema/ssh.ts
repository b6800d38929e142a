import { z } from "zod";
import { text } from "../formats";
import { portSchema } from "../units";

/** Who may log in, and where. */
export const sshSchema = z
  .strictObject({
    port: portSchema
      .optional()
      .describe("port on 127.0.0.1; unset: 2222, for other stacks than `dev` one of their own"),
    authorizedKeys: z
      .string()
      .optional()
      .describe("public keys as text, one a line, or a file's path; an empty text lets nobody in"),
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
  .describe("who may log in, and where");
