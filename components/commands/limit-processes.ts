import { dockerClient } from "../../config/engine/client";
import { requireVariable, runProgram } from "./program";

/** dockerode's declaration of what an Engine can change leaves it out: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerUpdate */
interface Changes {
  readonly PidsLimit: number;
}

runProgram(async () => {
  const container = dockerClient(requireVariable("DOCKER_HOST")).getContainer(
    requireVariable("KALISI_CONTAINER"),
  );
  const changes: Changes = { PidsLimit: Number(requireVariable("KALISI_PROCESSES")) };
  const { Warnings } = (await container.update(changes)) as { Warnings: readonly string[] | null };
  // An Engine whose kernel cannot do it says so, and goes on.
  console.log((Warnings ?? []).join("\n") || `processes and threads: ${changes.PidsLimit} at most`);
});
