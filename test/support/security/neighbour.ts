import { docker } from "../e2e/probe";
import { framedText } from "../../../config/engine/frames";

/** A container beside the stack's, which looks who answers it. */
export class Neighbour {
  private constructor(private readonly id: string) {}

  /**
   * @param network the network that it is on, by its name or its id
   * @param image one that has bash
   */
  static async start(image: string, network: string): Promise<Neighbour> {
    const container = await docker.createContainer({
      Image: image,
      Entrypoint: ["sleep"],
      Cmd: ["infinity"],
      HostConfig: { NetworkMode: network },
    });
    await container.start();
    return new Neighbour(container.id);
  }

  /** Which of the ports of an address accept a connection. */
  async reaches(address: string, ports: readonly number[]): Promise<readonly number[]> {
    const probe = `for port in ${ports.join(" ")}; do
      if timeout 1 bash -c "exec 3<>/dev/tcp/${address}/$port" 2> /dev/null; then echo "$port"; fi
    done`;
    const exec = await docker.getContainer(this.id).exec({
      Cmd: ["bash", "-c", probe],
      AttachStdout: true,
      AttachStderr: true,
    });
    const { stdout } = await framedText(await exec.start({}));
    return stdout.split("\n").filter(Boolean).map(Number);
  }

  async remove(): Promise<void> {
    await docker.getContainer(this.id).remove({ force: true });
  }
}
