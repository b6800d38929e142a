import { byType, useComponents } from "../../support/components";
import { modes } from "../../support/record-anew";

describe.each(modes)("in %s mode", (_, preview) => {
  const all = useComponents(preview);

  test("the image is built with BuildKit from the root, with only the chosen build args", async () => {
    const image = new all.KalisiImage("image", {
      name: "kalisi/all-in-one:latest",
      source: { appRoot: "examples/source" },
      baseImages: { base: "kalisi/debian:trixie" },
      from: { rust: "debian", node: "debian", neo4j: "maven" },
      mirrors: {},
      platform: "linux/arm64",
    });
    await all.settle(image.urn);
    expect(byType(all.registered, "docker:index/image:Image")).toStrictEqual([
      {
        type: "docker:index/image:Image",
        name: "image-build",
        inputs: {
          imageName: "kalisi/all-in-one:latest",
          skipPush: true,
          buildOnPreview: false,
          build: {
            context: ".",
            dockerfile: "docker/Dockerfile",
            builderVersion: "BuilderBuildKit",
            platform: "linux/arm64",
            args: {
              SOURCE_DIR: "examples/source",
              BASE_IMAGE: "kalisi/debian:trixie",
              RUST_FROM: "debian",
              NODE_FROM: "debian",
              NEO4J_FROM: "maven",
            },
          },
        },
      },
    ]);
  });

  test("mirrors, the base's digest, the revision and the history's switch reach the build only where they are given", async () => {
    const sha = `sha256:${"0".repeat(64)}`;
    const image = new all.KalisiImage("image", {
      name: "kalisi/all-in-one:latest",
      source: {
        appRoot: "source",
        history: "commit c",
        revision: { revision: "r", created: "2026-01-02T03:04:05Z", sourceRevision: "s" },
      },
      baseImages: { base: `ubuntu:24.04@${sha}` },
      from: { rust: "official", node: "official", neo4j: "official" },
      mirrors: { aptProxy: "http://p:1", apt: "http://a", npm: "http://n", cargo: "http://c" },
    });
    await all.settle(image.urn);
    const [declared] = byType(all.registered, "docker:index/image:Image");
    expect(declared?.inputs["build"]).toMatchObject({
      args: {
        BASE_IMAGE: `ubuntu:24.04@${sha}`,
        BASE_DIGEST: sha,
        APT_PROXY: "http://p:1",
        APT_MIRROR: "http://a",
        NPM_REGISTRY: "http://n",
        CARGO_REGISTRY: "http://c",
        SOURCE_HISTORY: "commit c",
        REVISION: "r",
        CREATED: "2026-01-02T03:04:05Z",
        SOURCE_REVISION: "s",
      },
    });
    expect(JSON.stringify(declared)).not.toContain("MAVEN_MIRROR");
  });

  const plain = {
    name: "kalisi/all-in-one:latest",
    source: { appRoot: "source" },
    baseImages: {},
    from: { rust: "official", node: "official", neo4j: "official" },
    mirrors: {},
  } as const;

  test("the user's build arguments and certificates reach the build, and override nothing", async () => {
    const image = new all.KalisiImage("image", {
      ...plain,
      buildArgs: { NPM_VERSION: "11", SOURCE_DIR: "elsewhere" },
      caCertificates: "PEM",
    });
    await all.settle(image.urn);
    const [declared] = byType(all.registered, "docker:index/image:Image");
    expect(declared?.inputs["build"]).toMatchObject({
      args: { NPM_VERSION: "11", SOURCE_DIR: "source", CA_CERTIFICATES: "PEM" },
    });
  });

  test("a published image is the same build once more, which is pushed, without a credential", async () => {
    const name = "registry.example/me/kalisi:1";
    const image = new all.KalisiImage("image", { ...plain, publish: { enabled: true, name } });
    await all.settle(image.urn);
    const [build, publish] = byType(all.registered, "docker:index/image:Image");
    expect(publish).toStrictEqual({
      ...build,
      name: "image-publish",
      inputs: { ...build?.inputs, imageName: name, skipPush: false },
    });
    expect(all.registered.filter(({ type }) => type.startsWith("docker:"))).toHaveLength(2);
  });

  test("a pulled image is not built, and stays when the stack goes", async () => {
    const pull = "registry.example/me/kalisi:1";
    const image = new all.KalisiImage("image", {
      ...plain,
      pull,
      publish: { enabled: true, name: "x.example/y" },
    });
    await all.settle(image.urn);
    expect(all.registered.filter(({ type }) => type.startsWith("docker:"))).toStrictEqual([
      {
        type: "docker:index/remoteImage:RemoteImage",
        name: "image-pull",
        inputs: { name: pull, keepLocally: true },
      },
    ]);
    expect(await all.valueOf(image.digest)).toBe(preview ? undefined : "sha256:pulled");
  });
});
