import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
}

/** What the provider finds out, by type. */
const computed: Readonly<Record<string, object>> = {
  "docker:index/image:Image": { repoDigest: "sha256:0123" },
  "docker:index/remoteImage:RemoteImage": { imageId: "sha256:pulled" },
};

/**
 * Replaces the engine by one that records what is registered. It proves what is declared, not what a
 * provider makes of it: test/e2e does that.
 *
 * @param preview whether outputs of new resources are unknown, as in `pulumi preview`
 */
export async function recordResources(preview: boolean): Promise<Registered[]> {
  const registered: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs, id }) => {
        registered.push({ type, name, inputs: inputs as Record<string, unknown> });
        return { id: id ?? `${name}-id`, state: { ...(inputs as object), ...computed[type] } };
      },
      call: ({ token }) => {
        throw new Error(`the program called ${token}, which no test expects`);
      },
    },
    "kalisi",
    "dev",
    preview,
  );
  return registered;
}

/** The value of an output. In a preview, undefined where it is not known. */
export function valueOf<T>(output: pulumi.Output<T>): Promise<T> {
  return new Promise((resolve) => {
    output.apply((value) => {
      resolve(value);
    });
  });
}
