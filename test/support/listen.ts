import type { AddressInfo, Server } from "node:net";

/**
 * Lets a server listen on 127.0.0.1.
 *
 * @param port 0 for one that is free
 * @returns the port
 */
export async function listen(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject).listen(port, "127.0.0.1", resolve);
  });
  return (server.address() as AddressInfo).port;
}

/** Ends it, once its connections have ended. */
export async function close(server: Server): Promise<void> {
  await new Promise((resolve) => server.close(resolve));
}
