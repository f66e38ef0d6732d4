// Types are linted strictly. Plain .mjs files (scripts, configurations) get the rules that need no types.
import js from "@eslint/js";
import { defineConfig } from "eslint/config";
import globals from "globals";
import tseslint from "typescript-eslint";

const withTypes = ["extension/**/*.ts", "tests/e2e/**/*.ts"];

const noDefaultExport = {
  selector: "ExportDefaultDeclaration",
  message: "Export by name, so that one thing has one name everywhere.",
};
const noBarrel = {
  selector: "ExportAllDeclaration",
  message: "Import from the file that declares it; a barrel hides where things live.",
};

export default defineConfig(
  {
    ignores: [
      "**/dist/**",
      "**/node_modules/**",
      ".cache/**",
      ".venv/**",
      "sidecar/**",
      "extension/sidecar/**",
      "**/*.gen.ts",
    ],
  },
  js.configs.recommended,
  {
    files: ["**/*.mjs"],
    languageOptions: { globals: globals.node },
  },
  {
    files: withTypes,
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      "@typescript-eslint/consistent-type-definitions": ["error", "interface"],
      "@typescript-eslint/consistent-type-imports": "error",
      "@typescript-eslint/explicit-module-boundary-types": "error",
      "@typescript-eslint/no-explicit-any": "error",
      "@typescript-eslint/no-non-null-assertion": "error",
      // An overridden method keeps the arguments it doesn't need.
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "@typescript-eslint/switch-exhaustiveness-check": [
        "error",
        { considerDefaultExhaustiveForUnions: true },
      ],
      // A number in a message is what it looks like.
      "@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true }],
      "max-lines": ["error", { max: 400 }],
      "max-lines-per-function": ["error", { max: 60 }],
      "no-restricted-syntax": ["error", noDefaultExport, noBarrel],
    },
  },
  {
    // A test file's outermost function is its list of sentences.
    files: ["extension/*/test/**/*.ts", "tests/e2e/**/*.ts", "**/*.test.ts"],
    rules: { "max-lines-per-function": "off" },
  },
  {
    // The tool reads its configuration from the default export.
    files: ["**/*.config.ts"],
    rules: { "no-restricted-syntax": ["error", noBarrel] },
  },
);
