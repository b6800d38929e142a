import * as docker from "@pulumi/docker";
import * as pulumi from "@pulumi/pulumi";
import { BuildNetwork, buildNetworkText } from "./components/build-network";
import { ClusterClaim } from "./components/cluster-claim";
import { ClusterFiles } from "./components/cluster-files";
import { ClusterKeys } from "./components/cluster-keys";
import { ClusterNamespace } from "./components/cluster-namespace";
import { ClusterProvider } from "./components/cluster-provider";
import { HealthGate } from "./components/health-gate";
import { KalisiContainer } from "./components/kalisi-container";
import { KalisiFiles } from "./components/kalisi-files";
import { KalisiImage } from "./components/kalisi-image";
import { KalisiNetwork } from "./components/kalisi-network";
import { KalisiPod } from "./components/kalisi-pod";
import { KalisiVolumes } from "./components/kalisi-volumes";
import { Neo4jConfig } from "./components/neo4j-config";
import { PodGate } from "./components/pod-gate";
import { publishedPorts } from "./components/ports";
import { ProcessLimit } from "./components/process-limit";
import { SshKeys } from "./components/ssh-keys";
import { checkCluster, type ClusterFindings } from "./config/check-cluster";
import { checkEngine, type EngineFindings } from "./config/check-engine";
import { buildNetworkInContainer, envFileInContainer } from "./config/container-paths";
import { bridgeName, editorLabels, ownerLabels } from "./config/engine/stack-owner";
import { loadConfig, type LoadedConfig } from "./config/load";
import { declareByPolicies } from "./policy/declare";

export = async () => {
  const config = loadConfig(__dirname);
  const { declare, settle } =
    config.target === "kubernetes" ? await inCluster(config) : await onEngine(config);
  return config.planFirst ? declare() : declareByPolicies(__dirname, declare, settle);
};

/** How a stack is declared where it is to be. */
interface Target {
  readonly declare: () => Readonly<Record<string, unknown>>;
  readonly settle: () => Promise<void>;
}

async function onEngine(config: LoadedConfig): Promise<Target> {
  const found = await checkEngine(__dirname, config);
  return { declare: () => declareOnEngine(config, found), settle: found.settle };
}

async function inCluster(config: LoadedConfig): Promise<Target> {
  const found = await checkCluster(__dirname, config);
  return { declare: () => declareInCluster(config, found), settle: found.settle };
}

/** All of the stack on a Docker Engine, with no wait in between: the policies judge it together. */
function declareOnEngine(config: LoadedConfig, found: EngineFindings) {
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

/** All of the stack in a Kubernetes cluster: the same container, with what a cluster has in place of an Engine's parts. */
function declareInCluster(config: LoadedConfig, { asked }: ClusterFindings) {
  const { cluster: place, envFile, gateway, image, kubernetes, owner, source, ssh } = config;
  const { context, namespace, isGiven } = place;
  const provider = new ClusterProvider("cluster", context);
  const within = (...dependsOn: pulumi.Resource[]) => ({
    providers: { kubernetes: provider },
    dependsOn,
  });
  const labels = ownerLabels(owner);

  const room = new ClusterNamespace("namespace", { namespace, isGiven, labels }, within());
  const kept = { namespace, labels, ...kubernetes.storage };
  const claim = new ClusterClaim("claim", kept, within(room));
  const neo4j = new Neo4jConfig("neo4j", config.neo4j);
  const env = { ...envFile, containerPath: envFileInContainer };
  const texts = {
    neo4j: { content: config.neo4j.conf.content, containerPath: neo4j.file.containerPath },
    "build-network": {
      content: buildNetworkText(config.buildNetwork),
      containerPath: buildNetworkInContainer,
    },
  };
  const files = new ClusterFiles("files", { place, owner, labels, env, texts }, within(room));
  const keys = new ClusterKeys("ssh-keys", { place, labels, keys: ssh.keys }, within(room));
  const pod = new KalisiPod(
    "pod",
    {
      namespace,
      labels,
      image: image.pull ?? image.name,
      mounts: [...files.mounts, keys.mount],
      environment: neo4j.environment,
      ports: publishedPorts(config).map(({ internal }) => Number(internal)),
      settings: config,
      placement: kubernetes,
    },
    within(claim, files, keys),
  );
  const { healthySeconds: timeoutSeconds } = config.timeouts;
  new PodGate("health", { place, version: pod.version, timeoutSeconds, asked });

  return {
    url: `https://localhost:${gateway.port}`,
    ssh: `ssh -p ${ssh.port} kalisi@127.0.0.1`,
    context,
    namespace,
    imageDigest: image.pull,
    keyFingerprints: keys.fingerprints,
    source: source.appRoot,
  };
}
