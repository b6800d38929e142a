import { text } from "node:stream/consumers";
import type { ContainerCreateOptions } from "dockerode";
import { docker } from "../e2e/probe";

/**
 * A volume as Kubernetes has them: one file system with a folder for each mount, which nothing is copied to at the
 * first use. The Engine of a test may be older than its option for a volume's folders, so these are bound.
 */
export class Claim {
  private constructor(
    private readonly name: string,
    private readonly path: string,
  ) {}

  static async make(name: string): Promise<Claim> {
    await docker.createVolume({ Name: name });
    const { Mountpoint } = await docker.getVolume(name).inspect();
    return new Claim(name, Mountpoint);
  }

  /** Runs a script as root in the volume's own folder, from outside of the container that uses it. */
  async sh(script: string): Promise<string> {
    const container = await docker.createContainer({
      Image: process.env["KALISI_TEST_IMAGE_ID"] ?? "",
      Entrypoint: ["bash", "-euc"],
      Cmd: [script],
      WorkingDir: "/claim",
      Tty: true,
      NetworkDisabled: true,
      HostConfig: { Binds: [`${this.name}:/claim`] },
    });
    try {
      const output = await container.attach({ stream: true, stdout: true, stderr: true });
      await container.start();
      const said = (await text(output)).replaceAll("\r", "").trim();
      const { StatusCode } = (await container.wait()) as { readonly StatusCode: number };
      if (StatusCode !== 0) throw new Error(`${script} ended with ${StatusCode}: ${said}`);
      return said;
    } finally {
      await container.remove({ force: true });
    }
  }

  /** Makes a folder such as a volume of a ConfigMap, or gives it other files, in one step. */
  publish(folder: string, files: Readonly<Record<string, string>>): Promise<string> {
    const written = Object.entries(files).map(
      ([name, content]) =>
        `echo ${Buffer.from(content).toString("base64")} | base64 -d > $data/${name}
        [ -L ${name} ] || ln -s ..data/${name} ${name}`,
    );
    return this.sh(
      `mkdir -p ${folder}; chmod 0777 ${folder}; cd ${folder}
      data=..$(date +%s%N); mkdir -m 0755 $data
      ${written.join("\n")}
      ln -s $data ..data_tmp; mv -T ..data_tmp ..data
      find . -mindepth 1 -maxdepth 1 -type d ! -name "$data" -exec rm -r {} +`,
    );
  }

  /** Has a container use folders of it in the place of its volumes. */
  mount({ HostConfig }: ContainerCreateOptions, folders: Readonly<Record<string, string>>): void {
    const binds = Object.entries(folders).map(([name, at]) => `${this.path}/${name}:${at}`);
    Object.assign(HostConfig ?? {}, { Binds: binds });
  }

  /** Has a container see a folder of it, read-only unless said otherwise. */
  show(
    { HostConfig }: ContainerCreateOptions,
    folder: string,
    target: string,
    readOnly = true,
  ): void {
    HostConfig?.Mounts?.push({
      Type: "bind",
      Source: `${this.path}/${folder}`,
      Target: target,
      ReadOnly: readOnly,
    });
  }

  async remove(): Promise<void> {
    await docker.getVolume(this.name).remove();
  }
}
