import { readFileSync } from "node:fs";
import { dockerClient } from "../../config/engine/client";
import { placeFiles } from "../../config/engine/placed-files";
import { ownerFromEnvironment, requireVariable, runProgram } from "./program";

runProgram(async () => {
  const docker = dockerClient(requireVariable("DOCKER_HOST"));
  const volume = requireVariable("KALISI_VOLUME");
  const paths = JSON.parse(requireVariable("KALISI_FILES")) as Readonly<Record<string, string>>;
  const files = new Map(Object.entries(paths).map(([name, path]) => [name, readFileSync(path)]));
  const image = requireVariable("KALISI_IMAGE");
  await placeFiles(docker, volume, ownerFromEnvironment(), image, files);
  console.log(`placed on the volume ${volume}: ${[...files.keys()].join(", ")}`);
});
