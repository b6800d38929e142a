"use strict";

const common = {
  transform: { "^.+\\.ts$": ["@swc/jest", { jsc: { target: "es2022" } }] },
  testEnvironmentOptions: { globalsCleanup: "on" },
  moduleNameMapper: {
    "^(typescript|@npmcli/arborist)$": "<rootDir>/test/support/when-used.cjs",
  },
  setupFilesAfterEnv: ["<rootDir>/test/support/setup.ts"],
};

module.exports = {
  projects: [
    {
      ...common,
      displayName: "unit",
      testMatch: ["<rootDir>/test/unit/**/*.test.ts"],
      globalSetup: "<rootDir>/test/support/packages.ts",
    },
    {
      ...common,
      displayName: "contract",
      testMatch: ["<rootDir>/test/contract/**/*.test.ts"],
      globalSetup: "<rootDir>/test/support/contract/setup.ts",
      globalTeardown: "<rootDir>/test/support/contract/teardown.ts",
    },
    { ...common, displayName: "policy", testMatch: ["<rootDir>/test/policy/**/*.test.ts"] },
    {
      ...common,
      displayName: "image",
      testMatch: ["<rootDir>/test/image/**/*.test.ts"],
      globalSetup: "<rootDir>/test/support/image/build.ts",
    },
    {
      ...common,
      displayName: "browser",
      testMatch: ["<rootDir>/test/browser/**/*.test.ts"],
      globalSetup: "<rootDir>/test/support/image/build.ts",
    },
    {
      ...common,
      displayName: "faults",
      // Those in the folder take more than an hour: CONTRIBUTING.md.
      testMatch: [
        `<rootDir>/test/faults/${process.env.KALISI_FAULTS === "all" ? "**/" : ""}*.test.ts`,
      ],
      globalSetup: "<rootDir>/test/support/faults/setup.ts",
      globalTeardown: "<rootDir>/test/support/faults/teardown.ts",
    },
    { ...common, displayName: "wild", testMatch: ["<rootDir>/test/wild/**/*.test.ts"] },
    { ...common, displayName: "e2e", testMatch: ["<rootDir>/test/e2e/**/*.test.ts"] },
    {
      ...common,
      displayName: "fleet",
      testMatch: ["<rootDir>/test/fleet/**/*.test.ts"],
      globalSetup: "<rootDir>/test/support/image/build.ts",
    },
    { ...common, displayName: "security", testMatch: ["<rootDir>/test/security/**/*.test.ts"] },
  ],
};
