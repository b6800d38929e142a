import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { BuildNetwork } from "./components/build-network";
import { HealthGate } from "./components/health-gate";
import { KalisiContainer } from "./components/kalisi-container";
import { KalisiFiles } from "./components/kalisi-files";
import { KalisiImage } from "./components/kalisi-image";
import { KalisiNetwork } from "./components/kalisi-network";
import { KalisiVolumes } from "./components/kalisi-volumes";
import { Neo4jConfig } from "./components/neo4j-config";
import { publishedPorts } from "./components/ports";
import { ProcessLimit } from "./components/process-limit";
import { SshKeys } from "./components/ssh-keys";
import { checkEngine, type EngineFindings } from "./config/check-engine";
import { envFileInContainer } from "./config/container-paths";
import { bridgeName, editorLabels, ownerLabels } from "./config/engine/stack-owner";
import { loadConfig, type LoadedConfig } from "./config/load";
import { declareByPolicies } from "./policy/declare";

export = async () => {
  const config = loadConfig(__dirname);
  const found = await checkEngine(__dirname, config);
  const stack = () => declareStack(config, found);
  return config.planFirst ? stack() : declareByPolicies(__dirname, stack, found.settle);
};

/** All of the stack, with no wait in between: the policies judge it together. */
function declareStack(config: LoadedConfig, found: EngineFindings) {
  const { dockerHost, envFile, gateway, names, owner, source, ssh, timeouts } = config;
  const { asked, platform, rebuildTrigger } = found;
  const engine = new docker.Provider("engine", found.provider);
  const onEngine = { providers: { docker: engine } };
  const labels = ownerLabels(owner);

  const built = { ...config.image, source, platform, rebuildTrigger };
  const image = new KalisiImage("image", built, onEngine);
  const volumes = new KalisiVolumes("volumes", { names: names.volumes, labels }, onEngine);
  const named = { networkName: names.network, bridgeName: bridgeName(owner), labels };
  const network = new KalisiNetwork("network", { ...named, ...config.network }, onEngine);
  const neo4j = new Neo4jConfig("neo4j", config.neo4j);
  const onHost = { dockerHost: dockerHost.uri, containerName: names.container };
  const env = { ...envFile, containerPath: envFileInContainer };
  const files = { "neo4j.conf": neo4j.file, env };
  const given = new KalisiFiles("files", { ...onHost, owner, image: image.digest, files, asked });
  const { containerId, containerName } = new KalisiContainer(
    "container",
    {
      containerName: names.container,
      labels: { ...labels, ...editorLabels(__dirname) },
      image: image.digest,
      network: network.networkId,
      ports: publishedPorts(config),
      volumes: volumes.mounts,
      mounts: given.mounts,
      digests: given.digests,
      environment: neo4j.environment,
      settings: config,
    },
    // A push that fails leaves the running container alone.
    { ...onEngine, dependsOn: [image, given] },
  );
  const running = { ...onHost, containerId };
  new ProcessLimit("limit", { ...running, processes: config.resources.processes });
  const keys = new SshKeys("ssh-keys", { ...running, keys: ssh.keys });
  new BuildNetwork("build-network", { ...running, ...config.buildNetwork });
  new HealthGate("health", { ...running, timeoutSeconds: timeouts.healthySeconds, asked });

  return {
    url: `https://localhost:${gateway.port}`,
    ssh: `ssh -p ${ssh.port} kalisi@127.0.0.1`,
    containerName,
    imageDigest: image.digest,
    volumeNames: pulumi.all(volumes.names),
    keyFingerprints: keys.fingerprints,
    source: source.appRoot,
    sourceRevision: source.revision?.sourceRevision ?? "unknown",
    dockerHost: `${dockerHost.uri} (from ${dockerHost.origin})`,
  };
}
