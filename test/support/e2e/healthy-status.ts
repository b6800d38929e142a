import type { TestStack } from "./stack";

/** What `npm run status -- --json` has of a stack that is up and well, besides services and volumes. */
export const healthyStatus = ({ names }: TestStack) => ({
  healthy: true,
  drift: [],
  problems: [],
  container: {
    name: names.container,
    health: "healthy",
    uptimeSeconds: expect.any(Number) as number,
    labels: {
      "kalisi.source.revision": expect.stringMatching(/^[0-9a-f]{40}/) as string,
      "org.opencontainers.image.revision": expect.stringMatching(/^[0-9a-f]{40}/) as string,
    },
  },
  usage: {
    memory: expect.any(Number) as number,
    processors: expect.any(Number) as number,
    processesAtMost: 4096,
  },
  lastHour: expect.arrayContaining([
    {
      name: "neo4j",
      lines: expect.any(Number) as number,
      complaints: expect.any(Number) as number,
    },
  ]) as unknown,
  versions: {
    Neo4j: expect.stringMatching(/^\d+\.\d+/) as string,
    Redis: expect.stringMatching(/^\d+\.\d+/) as string,
    Node: expect.stringMatching(/^\d+\./) as string,
  },
});

/** Its services, with the state of each. */
export const healthyServices = [
  ["sshd", "healthy"],
  ["redis", "healthy"],
  ["neo4j", "healthy"],
  ["kalisi-gateway", "healthy"],
  ["agent-runtime-service", "healthy"],
  ["neo4j-ui", "healthy"],
];
