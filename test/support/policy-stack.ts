import { evaluate, type DeclaredResource } from "../../policy/evaluate";
import { policies } from "../../policy/policies";
import { containerType, imageType, networkType, volumeType } from "../../policy/policies/of-type";
import type { PolicyConfig } from "../../policy/read-config";

/** A container as the stack declares one. */
export const container = {
  name: "kalisi",
  image: "sha256:0123",
  envs: ["KALISI_AUTO_START=true"],
  ports: [{ internal: 22, external: 2222, ip: "127.0.0.1", protocol: "tcp" }],
  volumes: [{ volumeName: "kalisi-neo4j", containerPath: "/data/neo4j" }],
  mounts: [{ type: "bind", source: __filename, target: "/workspace/runtime/.env", readOnly: true }],
  networkMode: "0123456789abcdef",
  ulimits: [{ name: "core", soft: 0, hard: 0 }],
  labels: [
    { label: "kalisi.digest.env", value: "3dad47d7df86d186277ceedd0ef2d229a8f2c15f0bd0457c" },
  ],
  capabilities: { drops: ["ALL"], adds: ["CAP_CHOWN", "CAP_KILL"] },
  securityOpts: ["no-new-privileges:true"],
  healthcheck: { tests: ["CMD", "/usr/local/bin/kalisi-health", "--wait", "25"] },
  stopTimeout: 90,
  destroyGraceSeconds: 90,
};

export const image = {
  imageName: "kalisi/all-in-one:latest",
  build: {
    args: {
      BASE_IMAGE: `ubuntu:24.04@sha256:${"0".repeat(64)}`,
      RUST_FROM: "official",
      REVISION: "a".repeat(40),
      APT_PROXY: "http://proxy.example:3142",
    },
  },
};

export const volume = { name: "kalisi-neo4j" };

function declare(type: string, inputs: object, retainOnDelete = true): DeclaredResource {
  const name = "it";
  const urn = `urn:pulumi:dev::kalisi::${type}::${name}`;
  return { urn, type, name, inputs: { ...inputs }, retainOnDelete };
}

export const aContainer = (inputs: object = {}) =>
  declare(containerType, { ...container, ...inputs });
export const anImage = (args: object = {}) =>
  declare(imageType, { ...image, build: { args: { ...image.build.args, ...args } } });
/** One with a bind, whether or not this machine has its source. */
export const aBind = (source: string) =>
  aContainer({ mounts: [{ type: "bind", source, target: "/a", readOnly: true }] });
export const aNetwork = (inputs: object = {}) =>
  declare(networkType, {
    name: "kalisi-network",
    driver: "bridge",
    options: { "com.docker.network.bridge.enable_icc": "false" },
    ...inputs,
  });
export const aVolume = (retainOnDelete: boolean, inputs: object = {}) =>
  declare(volumeType, { ...volume, ...inputs }, retainOnDelete);
export const aCommand = (environment: object) => declare("command:local:Command", { environment });

/** The one container of a pod as the stack declares it. */
export const podContainer = {
  image: `registry.example/kalisi@sha256:${"0".repeat(64)}`,
  env: [{ name: "KALISI_AUTO_START", value: "true" }],
  securityContext: {
    allowPrivilegeEscalation: false,
    capabilities: { drop: ["ALL"], add: ["CHOWN", "KILL"] },
  },
  readinessProbe: { exec: { command: ["/usr/local/bin/kalisi-health"] } },
};

export const podSpec = {
  terminationGracePeriodSeconds: 90,
  securityContext: { seccompProfile: { type: "RuntimeDefault" } },
  volumes: [{ name: "data", persistentVolumeClaim: { claimName: "kalisi-data" } }],
};

/** A StatefulSet, with what differs of its pod and of its container. */
export const aStatefulSet = (spec: object = {}, inner: object = {}) =>
  declare("kubernetes:apps/v1:StatefulSet", {
    spec: {
      template: { spec: { ...podSpec, containers: [{ ...podContainer, ...inner }], ...spec } },
    },
  });
export const inCluster = (kind: string, inputs: object = {}, retainOnDelete = true) =>
  declare(`kubernetes:${kind}`, inputs, retainOnDelete);

/** A resource that a policy refuses: the policy, what is wrong, a part of what the policy says of it. */
export type Refused = readonly [
  policy: string,
  wrong: string,
  said: string,
  resource: DeclaredResource,
  config?: PolicyConfig,
];

/** For a path that not every machine has. */
export const notLookedFor: PolicyConfig = {
  "bind-sources-exist": { enforcementLevel: "disabled" },
};

/** What all the policies say of one resource: which policy, how strictly, what. */
export async function said(
  resource: DeclaredResource,
  config: PolicyConfig = {},
): Promise<readonly (readonly [string, string, string])[]> {
  const violations = await evaluate(policies, [resource], config);
  return violations.map(({ policy, level, message }) => [policy, level, message]);
}
