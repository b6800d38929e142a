import {
  chooseNames,
  derivedPorts,
  imageName,
  physicalNames,
  publishProblems,
} from "../../config/names";

// These strings are where people's data is. Changing one is losing it.
test("the dev stack has the guide's names", () => {
  expect(physicalNames("dev")).toStrictEqual({
    container: "kalisi",
    network: "kalisi-network",
    volumes: {
      workspace: "kalisi-workspace",
      neo4j: "kalisi-neo4j",
      redis: "kalisi-redis",
      home: "kalisi-home",
    },
  });
});

test("another stack's names carry its name", () => {
  expect(physicalNames("blue")).toStrictEqual({
    container: "kalisi-blue",
    network: "kalisi-blue-network",
    volumes: {
      workspace: "kalisi-blue-workspace",
      neo4j: "kalisi-blue-neo4j",
      redis: "kalisi-blue-redis",
      home: "kalisi-blue-home",
    },
  });
});

test("the dev stack has the guide's ports and image, another stack its own, always the same", () => {
  expect(derivedPorts("dev")).toStrictEqual({ ssh: 2222, gateway: 8443 });
  expect(imageName("dev")).toBe("kalisi/all-in-one:latest");
  expect(derivedPorts("blue")).toStrictEqual({ ssh: 14_152, gateway: 24_152 });
  expect(imageName("blue")).toBe("kalisi/all-in-one:blue");
});

test("names that the configuration gives override derived ones, each for itself", () => {
  const { volumes } = physicalNames("blue");
  expect(
    chooseNames("blue", { container: "mine", volumes: { neo4j: "kalisi_kalisi-neo4j" } }),
  ).toStrictEqual({
    container: "mine",
    network: "kalisi-blue-network",
    volumes: { ...volumes, neo4j: "kalisi_kalisi-neo4j" },
  });
});

describe("publishing", () => {
  const setting = "kalisi:image.publish.name";
  const problems = (name: string, enabled = true) => publishProblems({ enabled, name }, setting);

  test.each([
    "ghcr.io/littleredshack/kalisi:latest",
    "localhost/kalisi",
    "127.0.0.1:5000/kalisi:1",
  ])("as %s is possible", (name) => {
    expect(problems(name)).toStrictEqual([]);
  });

  test.each([
    ["me/kalisi", "names no registry"],
    ["kalisi:latest", "names no registry"],
    [`ghcr.io/me/kalisi@sha256:${"0".repeat(64)}`, "has a digest"],
  ])("as %s is not: it %s", (name, problem) => {
    expect(problems(name)).toMatchObject([
      { setting, value: name, problem: expect.stringContaining(problem) as string },
    ]);
    expect(problems(name, false)).toStrictEqual([]);
  });
});
