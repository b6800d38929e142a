/** Where the container has `.env`, inside the workspace. */
export const envFileInContainer = "/workspace/runtime/.env";

export const neo4jConfInContainer = "/etc/neo4j/neo4j.conf";

/** Where it has the files that are placed on its Engine: root of the container links to them from where they are read. */
export const placedFilesFolder = "/etc/kalisi/files";

/** Where it has what builds know of the network, if that is declared with it. */
export const buildNetworkInContainer = "/etc/kalisi/build-network.json";
