// The types of the resources that a stack declares, as Pulumi's state and its plans name them.

export const containerType = "docker:index/container:Container";
export const networkType = "docker:index/network:Network";
export const imageType = "docker:index/image:Image";
export const volumeType = "docker:index/volume:Volume";
export const commandType = "command:local:Command";
export const remoteImageType = "docker:index/remoteImage:RemoteImage";
export const clusterProviderType = "pulumi:providers:kubernetes";
export const statefulSetType = "kubernetes:apps/v1:StatefulSet";
