import { dockerClient } from "../../config/engine/client";
import { removePlacedFiles } from "../../config/engine/placed-files";
import { ownerFromEnvironment, requireVariable, runProgram } from "./program";

runProgram(() =>
  removePlacedFiles(
    dockerClient(requireVariable("DOCKER_HOST")),
    requireVariable("KALISI_VOLUME"),
    ownerFromEnvironment(),
  ),
);
