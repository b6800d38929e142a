import { port } from "./settings/units";

/** The port that sshd listens on inside the container. */
export const sshContainerPort = port(22);

/** The port that the gateway must listen on inside the container for the published one to lead to it. */
export const gatewayContainerPort = port(8443);
