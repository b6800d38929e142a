import * as pulumi from "@pulumi/pulumi";

/** A resource as the program registered it. */
export interface Registered {
  readonly type: string;
  readonly name: string;
  readonly inputs: Record<string, unknown>;
  /** The provider's URN and id, where the program names one. */
  readonly provider?: string;
}

/** What a provider finds out once a resource is there, by type. */
const computed: Readonly<Record<string, object>> = {
  "docker:index/image:Image": { repoDigest: "sha256:0123" },
  "docker:index/remoteImage:RemoteImage": { imageId: "sha256:pulled" },
};

/**
 * Replaces the engine by one that records what is registered. It proves what is declared, not what a
 * provider makes of it: test/e2e does that.
 *
 * Components must be loaded after it: `recordAnew` is for who needs it more than once in a file.
 *
 * @param preview whether ids and what a provider finds out are unknown, as in `pulumi preview`
 * @param stack the stack's name
 * @returns a list that grows with each resource that is registered
 */
export async function recordResources(preview: boolean, stack = "dev"): Promise<Registered[]> {
  const registered: Registered[] = [];
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs: given, provider = "" }) => {
        const inputs = given as Record<string, unknown>;
        registered.push({ type, name, inputs, ...(provider === "" ? {} : { provider }) });
        return preview
          ? { id: undefined, state: inputs }
          : { id: `${name}-id`, state: { ...inputs, ...computed[type] } };
      },
      call: ({ token }) => {
        throw new Error(`the program called ${token}, which no test expects`);
      },
    },
    "kalisi",
    stack,
    preview,
  );
  return registered;
}
