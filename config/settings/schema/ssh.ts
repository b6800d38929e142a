import { z } from "zod";
import { text } from "../formats";
import { portSchema } from "../units";

/** Who may log in, and where. */
export const sshSchema = z
  .strictObject({
    port: portSchema
      .optional()
      .describe("port on 127.0.0.1; unset: 2222, or another one for each stack other than `dev`"),
    authorizedKeys: z
      .string()
      .optional()
      .describe("public keys as text, one per line, or a file's path; if empty, nobody may log in"),
    keysFrom: text
      .optional()
      .describe(
        "a file of public keys, or the keys; unset: the first of `id_ed25519.pub`, `id_rsa.pub`, `id_ecdsa.pub` and hardware keys in `~/.ssh`",
      ),
    agentForwarding: z
      .boolean()
      .default(false)
      .describe("whether `ssh -A` may forward your agent to the container, to push from inside"),
  })
  .prefault({})
  .describe("who may log in, and where");
