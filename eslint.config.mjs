import eslint from "@eslint/js";
import { importX } from "eslint-plugin-import-x";
import jest from "eslint-plugin-jest";
import tseslint from "typescript-eslint";

const config = ["config", "config/settings", "config/files", "config/engine", "config/cluster"];

/** Which of the other rooms the files of each may import. docs/architecture.md says why. */
const mayImport = {
  "config/settings": ["config"],
  "config/files": ["config", "config/settings"],
  "config/engine": ["config", "config/settings"],
  "config/cluster": ["config", "config/settings", "config/engine"],
  config,
  components: config,
  policy: ["config"],
  airgap: config,
  cli: [...config, "components", "policy", "airgap"],
  "index.ts": [...config, "components", "policy"],
  bench: [...config, "components", "cli", "airgap", "test"],
  test: [...config, "components", "policy", "airgap", "cli", "index.ts"],
};

export default tseslint.config(
  { ignores: ["node_modules/", "source/", "examples/", ".kalisi/", "**/*.cjs", "**/*.d.cts"] },
  eslint.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ["eslint.config.mjs"] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      // A component is declared by constructing it.
      "no-new": "off",
      // Pulumi's component types are static members by its own convention.
      "@typescript-eslint/no-extraneous-class": "off",
    },
  },
  {
    files: ["**/*.ts"],
    plugins: { "import-x": importX },
    settings: {
      "import-x/extensions": [".ts"],
      "import-x/resolver": { node: { extensions: [".ts"] } },
    },
    rules: {
      "import-x/no-cycle": "error",
      "import-x/no-restricted-paths": [
        "error",
        {
          zones: Object.entries(mayImport).map(([room, allowed]) => ({
            target: room,
            from: Object.keys(mayImport).filter((other) => ![room, ...allowed].includes(other)),
            message: `${room} may import ${allowed.join(", ") || "no other room"}.`,
          })),
        },
      ],
    },
  },
  {
    files: ["**/*.mjs"],
    ...tseslint.configs.disableTypeChecked,
    languageOptions: {
      ...tseslint.configs.disableTypeChecked.languageOptions,
      globals: Object.fromEntries(
        ["AbortSignal", "Buffer", "console", "fetch", "performance", "process"].map((name) => [
          name,
          "readonly",
        ]),
      ),
    },
  },
  {
    files: ["test/**/*.ts"],
    ...jest.configs["flat/recommended"],
    rules: {
      ...jest.configs["flat/recommended"].rules,
      "jest/expect-expect": "off",
      "jest/no-standalone-expect": ["error", { additionalTestBlockFunctions: ["step", "fault"] }],
    },
  },
  {
    // The tests of one stack, which stack.test.ts brings up for all of them; and what tries a table of rows.
    files: [
      "test/security/*.ts",
      "test/support/{running,wild}.ts",
      "test/support/contract/differences.ts",
    ],
    rules: { "jest/no-export": "off" },
  },
);
