import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { HealthGate } from "./components/health-gate";
import { KalisiContainer } from "./components/kalisi-container";
import { KalisiImage } from "./components/kalisi-image";
import { KalisiVolumes } from "./components/kalisi-volumes";
import { Neo4jConfig } from "./components/neo4j-config";
import { loopbackPort } from "./components/ports";
import { SshKeys } from "./components/ssh-keys";
import { countedTrigger } from "./config/engine/counted-trigger";
import { gatewayContainerPort, sshContainerPort } from "./config/container-ports";
import { readState } from "./config/engine/deployed";
import { dockerClient } from "./config/engine/endpoint";
import { loadConfig } from "./config/load";
import { ownerLabels } from "./config/engine/stack-owner";
import { preflight } from "./config/engine/preflight";
import { rebuildTrigger } from "./config/engine/rebuild-trigger";
import { readLedger, recordVolumes } from "./config/engine/volume-ledger";

export = async () => {
  const config = loadConfig(__dirname);
  const { stack } = config.owner;
  const dockerHost = config.dockerHost.uri;
  const found = await preflight(dockerClient(dockerHost), config.dockerHost, {
    owner: config.owner,
    names: config.names,
    ports: config.hostPorts,
    imageName: config.image.pull ?? config.image.name,
    cpus: config.cpus,
    ledger: readLedger(__dirname, stack),
    adopt: config.adopt,
    configuredVolumes: config.configuredVolumes,
    update: !pulumi.runtime.isDryRun(),
    readState: () => readState(__dirname, stack, config.pulumiBin),
  });
  if (!pulumi.runtime.isDryRun()) {
    recordVolumes(__dirname, stack, found.taken);
  }
  if (found.hint !== undefined) {
    void pulumi.log.warn(found.hint);
  }

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
      buildArgs: config.image.buildArgs,
      caCertificates: config.image.caCertificates,
      rebuildTrigger: rebuildTrigger(
        __dirname,
        config.owner,
        found.imageIsThere,
        !pulumi.runtime.isDryRun(),
      ),
      pull: config.image.pull,
      publishAs: config.image.publish.enabled ? config.image.publish.name : undefined,
    },
    onEngine,
  );
  const labels = ownerLabels(config.owner);
  const volumes = new KalisiVolumes("volumes", { names: config.names.volumes, labels }, onEngine);
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
      labels,
      image: image.digest,
      ports: [
        loopbackPort(sshContainerPort, config.sshPort),
        loopbackPort(gatewayContainerPort, config.gatewayPort),
        ...config.extraPorts.map(({ internal, external }) => loopbackPort(internal, external)),
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
      cpus: config.cpus,
      sudo: config.sudo,
      agentForwarding: config.agentForwarding,
      stopSeconds: config.timeouts.stopSeconds,
    },
    // A push that fails leaves the running container alone.
    { ...onEngine, dependsOn: image },
  );
  const running = {
    containerId: container.containerId,
    containerName: config.names.container,
    dockerHost,
  };
  const asked = countedTrigger(
    __dirname,
    "unhealthy",
    stack,
    found.isNotServing,
    !pulumi.runtime.isDryRun(),
  );
  const keys = new SshKeys("ssh-keys", { ...running, keys: config.authorizedKeys });
  new HealthGate("health", { ...running, timeoutSeconds: config.timeouts.healthySeconds, asked });

  return {
    url: `https://localhost:${config.gatewayPort}`,
    ssh: `ssh -p ${config.sshPort} kalisi@127.0.0.1`,
    containerName: container.containerName,
    imageDigest: image.digest,
    volumeNames: pulumi.all(volumes.names),
    keyFingerprints: keys.fingerprints,
    source: config.appRoot,
    sourceRevision: config.revision?.sourceRevision ?? "unknown",
    dockerHost: `${dockerHost} (from ${config.dockerHost.origin})`,
  };
};
