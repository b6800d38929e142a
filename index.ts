import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { HealthGate } from "./components/health-gate";
import { KalisiContainer } from "./components/kalisi-container";
import { KalisiImage } from "./components/kalisi-image";
import { KalisiVolumes } from "./components/kalisi-volumes";
import { Neo4jConfig } from "./components/neo4j-config";
import { loopbackPort } from "./components/ports";
import { SshKeys } from "./components/ssh-keys";
import { checkEngine } from "./config/check-engine";
import { gatewayContainerPort, sshContainerPort } from "./config/container-ports";
import { ownerLabels } from "./config/engine/stack-owner";
import { loadConfig } from "./config/load";

export = async () => {
  const config = loadConfig(__dirname);
  const found = await checkEngine(__dirname, config, !pulumi.runtime.isDryRun());
  if (found.hint !== undefined) {
    void pulumi.log.warn(found.hint);
  }
  const { dockerHost, envFile, gateway, names, source, ssh, timeouts } = config;
  const engine = new docker.Provider("engine", { host: dockerHost.uri });
  const onEngine = { providers: { docker: engine } };
  const labels = ownerLabels(config.owner);

  const image = new KalisiImage(
    "image",
    { ...config.image, source, rebuildTrigger: found.rebuildTrigger },
    onEngine,
  );
  const volumes = new KalisiVolumes("volumes", { names: names.volumes, labels }, onEngine);
  const neo4j = new Neo4jConfig("neo4j", config.neo4j);
  const container = new KalisiContainer(
    "container",
    {
      containerName: names.container,
      labels,
      image: image.digest,
      ports: [
        loopbackPort(sshContainerPort, ssh.port),
        loopbackPort(gatewayContainerPort, gateway.port),
        ...config.ports.map(({ internal, external }) => loopbackPort(internal, external)),
      ],
      volumes: volumes.mounts,
      binds: [neo4j.bind, { hostPath: envFile.path, containerPath: "/workspace/runtime/.env" }],
      digests: { "neo4j.conf": neo4j.digest, env: envFile.digest },
      environment: neo4j.environment,
      settings: config,
    },
    // A push that fails leaves the running container alone.
    { ...onEngine, dependsOn: image },
  );
  const running = {
    containerId: container.containerId,
    containerName: names.container,
    dockerHost: dockerHost.uri,
  };
  const keys = new SshKeys("ssh-keys", { ...running, keys: ssh.keys });
  new HealthGate("health", {
    ...running,
    timeoutSeconds: timeouts.healthySeconds,
    asked: found.asked,
  });

  return {
    url: `https://localhost:${gateway.port}`,
    ssh: `ssh -p ${ssh.port} kalisi@127.0.0.1`,
    containerName: container.containerName,
    imageDigest: image.digest,
    volumeNames: pulumi.all(volumes.names),
    keyFingerprints: keys.fingerprints,
    source: source.appRoot,
    sourceRevision: source.revision?.sourceRevision ?? "unknown",
    dockerHost: `${dockerHost.uri} (from ${dockerHost.origin})`,
  };
};
