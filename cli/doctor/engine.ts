import type Docker from "dockerode";
import { dockerClient } from "../../config/engine/client";
import type { NamedEngine } from "../../config/engine/endpoint";
import type { EngineInfo } from "../../config/engine/neighbours";
import { reasonOf } from "../../config/errors";
import type { LoadedConfig } from "../../config/inputs";
import { lookAtEngine } from "../../config/look-at-engine";
import type { MachineProfile } from "../../config/machine-profile";
import { areBaseImagesThere } from "../setup/base-images";
import { howToReach } from "../setup/engine";
import { findOpenToNeighbours } from "../setup/neighbours";
import { findingsOf, ok, problem, warning, type Finding } from "./finding";

/** The Engine that a stack's settings name, and what on it is in the stack's way. */
export async function checkEngine(
  root: string,
  config: LoadedConfig,
  profile: MachineProfile,
  isConfigRight: boolean,
): Promise<readonly Finding[]> {
  const { dockerHost } = config;
  const docker = dockerClient(dockerHost.uri);
  let info: EngineInfo;
  try {
    info = (await docker.info()) as EngineInfo;
  } catch (error) {
    const reason = reasonOf(error);
    const says = `${dockerHost.uri} (from ${dockerHost.origin}) does not answer: ${reason}`;
    return [
      problem(
        "KALISI-ENGINE-UNREACHABLE",
        "Docker Engine",
        says,
        await howToReach(dockerHost, reason),
      ),
    ];
  }
  const [images, neighbours, inTheWay] = await Promise.all([
    checkBaseImages(docker, profile),
    checkNeighbours(dockerHost, profile),
    // What the stack's parts are called is not known before.
    isConfigRight ? findingsOf("Docker Engine", () => checkParts(docker, root, config)) : [],
  ]);
  const kinds = (info.SecurityOptions ?? []).flatMap(
    (option) => /^name=(rootless|userns|selinux|apparmor)/.exec(option)?.[1] ?? [],
  );
  const says = [
    `${info.ServerVersion ?? "?"} at ${dockerHost.uri} (from ${dockerHost.origin})`,
    ...kinds,
  ];
  return [ok("Docker Engine", says.join(", ")), ...images, ...neighbours, ...inTheWay];
}

async function checkBaseImages(
  docker: Docker,
  profile: MachineProfile,
): Promise<readonly Finding[]> {
  return (await areBaseImagesThere(docker, profile))
    ? [ok("base images", profile.baseImages?.base ?? "the official ones")]
    : [warning("base images", "not chosen yet", "npm start fetches or makes them")];
}

async function checkNeighbours(
  engine: NamedEngine,
  profile: MachineProfile,
): Promise<readonly Finding[]> {
  const open = await findOpenToNeighbours({ engine, profile });
  return open === undefined
    ? []
    : [
        warning(
          "neighbours",
          `Docker Engine ${open.version} lets other hosts on this network segment reach the container`,
          open.keepOut,
        ),
      ];
}

/** As the program looks before an update: names, ports, volumes and the network. */
async function checkParts(
  docker: Docker,
  root: string,
  config: LoadedConfig,
): Promise<readonly Finding[]> {
  const { image, names } = config;
  const found = await lookAtEngine(root, docker, config, true);
  return [
    ok("ports", config.hostPorts.map(({ port }) => `127.0.0.1:${port}`).join(", ")),
    ok("image", found.imageIsThere ? `${image.pull ?? image.name} is there` : "npm start makes it"),
    ...(found.isNotServing
      ? [warning("container", `${names.container} is not healthy`, "npm run status says more")]
      : []),
    ...found.leftovers.map(({ kind, name }) =>
      warning(kind, `${name} is of an update that was ended`, "npm start replaces it"),
    ),
    ...found.warnings.map((line) => warning("Docker Engine", line)),
  ];
}
