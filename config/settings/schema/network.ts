import { z } from "zod";
import { subnet } from "../formats";

/** The network that the container is on. */
export const networkSchema = z
  .strictObject({
    subnet: subnet
      .optional()
      .describe("its range of IPv4 addresses, such as `10.80.0.0/24`; unset: Docker chooses one"),
  })
  .prefault({})
  .describe("the network that the container is on, alone");
