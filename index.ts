import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { HealthGate } from "./components/health-gate";
import { KalisiContainer } from "./components/kalisi-container";
import { KalisiImage } from "./components/kalisi-image";
import { KalisiVolumes } from "./components/kalisi-volumes";
import { Neo4jConfig } from "./components/neo4j-config";
import { loopbackPort } from "./components/ports";
import { SshKeys } from "./components/ssh-keys";
import { dockerClient } from "./config/docker-host";
import { gatewayContainerPort } from "./config/env-file";
import { loadConfig } from "./config/load";
import { preflight } from "./config/preflight";
import { port } from "./config/units";

const sshContainerPort = port(22);

export = async () => {
  const config = loadConfig(__dirname);
  const dockerHost = config.dockerHost.uri;
  await preflight(dockerClient(dockerHost), config.dockerHost, config.names.container, [
    { setting: "kalisi:gateway.port", port: config.gatewayPort },
    { setting: "kalisi:ssh.port", port: config.sshPort },
  ]);

  const engine = new docker.Provider("engine", { host: dockerHost });
  const onEngine = { providers: { docker: engine } };

  const image = new KalisiImage(
    "image",
    {
      imageName: config.image.name,
      appRoot: config.appRoot,
      sourceGit: config.sourceGit,
      revision: config.revision,
      baseImages: config.image.baseImages,
      from: config.image.from,
      mirrors: config.image.mirrors,
    },
    onEngine,
  );
  const volumes = new KalisiVolumes("volumes", { names: config.names.volumes }, onEngine);
  const neo4j = new Neo4jConfig("neo4j", {
    confPath: config.neo4j.conf.path,
    confContent: config.neo4j.conf.content,
    heap: config.neo4j.heap,
    pageCache: config.neo4j.pageCache,
  });
  const container = new KalisiContainer(
    "container",
    {
      containerName: config.names.container,
      image: image.digest,
      ports: [
        loopbackPort(sshContainerPort, config.sshPort),
        loopbackPort(gatewayContainerPort, config.gatewayPort),
      ],
      volumes: volumes.mounts,
      binds: [
        neo4j.bind,
        { hostPath: config.envFile.path, containerPath: "/workspace/runtime/.env" },
      ],
      digests: { "neo4j.conf": neo4j.digest, env: config.envFile.digest },
      autoStart: config.autoStart,
      memory: config.memory,
      shares: { ...neo4j.settings, redis: config.redisMemory },
      sudo: config.sudo,
      agentForwarding: config.agentForwarding,
      stopSeconds: config.timeouts.stopSeconds,
    },
    onEngine,
  );
  const running = {
    containerId: container.containerId,
    containerName: config.names.container,
    dockerHost,
  };
  const keys = new SshKeys("ssh-keys", { ...running, keys: config.authorizedKeys });
  new HealthGate("health", { ...running, timeoutSeconds: config.timeouts.healthySeconds });

  return {
    url: `https://localhost:${config.gatewayPort}`,
    ssh: `ssh -p ${config.sshPort} kalisi@127.0.0.1`,
    imageDigest: image.digest,
    volumeNames: pulumi.all(volumes.names),
    keyFingerprints: keys.fingerprints,
    source: config.appRoot,
    sourceRevision: config.revision?.sourceRevision,
    dockerHost: `${dockerHost} (from ${config.dockerHost.origin})`,
  };
};
