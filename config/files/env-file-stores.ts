import { z } from "zod";
import { gatewayContainerPort, sshContainerPort } from "../container-ports";

/** Where Redis, Neo4j and neo4j-ui listen in the container: docker/rootfs/usr/local/lib/kalisi/checks. */
const storePorts = { redis: 6379, neo4jHttp: 7474, bolt: 7687, neo4jUi: 8081 } as const;

/** The container's ports that the gateway's plain HTTP cannot have. */
export const takenPorts: readonly number[] = [
  sshContainerPort,
  gatewayContainerPort,
  ...Object.values(storePorts),
];

const onLoopback = "the container's own is the only one that is set up";

/** An address that is all right unless `wrong` says something of it. */
const address = (wrong: (parts: URL | undefined) => string | undefined) =>
  z.string().superRefine((text, context) => {
    const message = wrong(parts(text));
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });

/** Redis in the container: no TLS, no password, on 127.0.0.1 alone (docker/rootfs/etc/kalisi/redis.conf). */
export const redisAddress = address((url) => {
  if (url === undefined || !/^rediss?:$/.test(url.protocol)) {
    return "expected an address such as redis://localhost:6379";
  }
  if (url.protocol === "rediss:") {
    return "asks for TLS, which Redis in the container does not speak";
  }
  if (url.password !== "" || url.username !== "") {
    return "has a user or a password, and Redis in the container asks for none";
  }
  if (!isLoopback(url) || !isPort(url, storePorts.redis)) {
    return `leads elsewhere than to port ${storePorts.redis} of localhost: ${onLoopback}`;
  }
  return /^(?:\/(?:\d|1[0-5])?)?$/.test(url.pathname)
    ? undefined
    : "names a database that Redis does not have: there are those from 0 to 15";
});

/** Neo4j in the container: no TLS, on 127.0.0.1 alone. A user and a password are variables of their own. */
export const neo4jAddress = address((url) => {
  if (url === undefined || !/^(?:bolt|neo4j)(?:\+s|\+ssc)?:$/.test(url.protocol)) {
    return "expected an address such as bolt://localhost:7687";
  }
  if (url.protocol.includes("+")) {
    return "asks for TLS, which Neo4j in the container does not speak";
  }
  return isLoopback(url) && isPort(url, storePorts.bolt)
    ? undefined
    : `leads elsewhere than to port ${storePorts.bolt} of localhost: ${onLoopback}`;
});

function parts(text: string): URL | undefined {
  // An address with a blank would be taken apart all the same.
  return /\s/.test(text) || !URL.canParse(text) ? undefined : new URL(text);
}

/** Redis and Neo4j do not listen on [::1]. */
function isLoopback({ hostname }: URL): boolean {
  return hostname.toLowerCase() === "localhost" || /^127(?:\.\d{1,3}){3}$/.test(hostname);
}

function isPort({ port }: URL, usual: number): boolean {
  return port === "" || port === String(usual);
}

/** The one whose password the container sets: docker/rootfs/usr/local/lib/kalisi/neo4j/password.mjs. */
export const neo4jUser = z
  .string()
  .regex(/^(?:|neo4j)$/, "must be neo4j: the database has no other user");

/** Its names do not tell capital letters from small ones. */
export const neo4jDatabase = z
  .string()
  .regex(/^neo4j$/i, "must be neo4j: Neo4j's Community edition has no other");

/** The published port leads to the container's address on its network. */
export const bindAddress = z
  .string()
  .regex(/^(?:|0\.0\.0\.0|::)$/, "must be 0.0.0.0: what is published would not reach the gateway");
