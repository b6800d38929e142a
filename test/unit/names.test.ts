import { derivedPorts, imageName, physicalNames } from "../../config/names";

// These strings are where people's data is. Changing one is losing it.
test("the dev stack has the guide's names", () => {
  expect(physicalNames("dev")).toStrictEqual({
    container: "kalisi",
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
