import { dockerClient } from "../../config/engine/client";
import { requireVariable, runProgram } from "./program";

/** dockerode's declaration of what an Engine can change leaves it out: https://docs.docker.com/reference/api/engine/version/v1.41/#tag/Container/operation/ContainerUpdate */
interface Changes {
  readonly PidsLimit: number;
}

runProgram(async () => {
  const docker = dockerClient(requireVariable("DOCKER_HOST"));
  const { PidsLimit } = (await docker.info()) as { readonly PidsLimit?: boolean };
  if (PidsLimit === false) {
    // Such as one without root whose system does not share its cgroups: an update would be an error.
    console.log("processes and threads: not limited, as the Engine cannot limit them");
    return;
  }
  const container = docker.getContainer(requireVariable("KALISI_CONTAINER"));
  const changes: Changes = { PidsLimit: Number(requireVariable("KALISI_PROCESSES")) };
  const { Warnings } = (await container.update(changes)) as { Warnings: readonly string[] | null };
  // An Engine whose kernel cannot do it says so, and goes on.
  console.log((Warnings ?? []).join("\n") || `processes and threads: ${changes.PidsLimit} at most`);
});
