import js from "@eslint/js";
import tseslint from "typescript-eslint";

export default tseslint.config(
  { ignores: ["node_modules", "**/dist", "cdktf.out", ".local", ".gen"] },
  js.configs.recommended,
  ...tseslint.configs.recommended,
  {
    files: ["**/*.ts"],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      "@typescript-eslint/no-floating-promises": "error",
      // What is taken out of an object to have the rest.
      "@typescript-eslint/no-unused-vars": ["error", { ignoreRestSiblings: true }],
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/switch-exhaustiveness-check": "error",
      // A barrel import of a provider costs seconds at every synth.
      "no-restricted-imports": [
        "error",
        {
          paths: ["docker", "kubernetes", "helm"].map((name) => ({
            name: `@cdktf/provider-${name}`,
            message: `import the resource by its deep path: @cdktf/provider-${name}/lib/<resource>`,
          })),
        },
      ],
      // process.env is read in program entry points only (docs/architecture.md).
      "no-restricted-properties": [
        "error",
        { object: "process", property: "env", message: "read settings in a program's entry point and pass them on" },
      ],
    },
  },
  {
    files: [
      "main.ts",
      "tools/cli.ts",
      "tools/lib/exec.ts",
      "tools/lib/exec-lines.ts",
      "consumer/src/main.ts",
      "tools/bench/*.ts",
      "__tests__/local/*.local.ts",
      "__tests__/faults/*.faults.ts",
    ],
    rules: { "no-restricted-properties": "off" },
  },
  {
    files: ["tools/commands/**/*.ts"],
    rules: {
      "no-restricted-syntax": [
        "error",
        {
          selector:
            "CallExpression[callee.object.name='console'] CallExpression[callee.object.name='JSON'][callee.property.name='stringify']",
          message: "print JSON with jsonText of tools/lib/json-text.ts: JSON.stringify leaves what steers a terminal",
        },
      ],
    },
  },
  {
    files: ["**/*.mjs", "**/*.js", "**/*.cjs"],
    rules: { "@typescript-eslint/no-require-imports": "off" },
    languageOptions: {
      globals: {
        process: "readonly",
        console: "readonly",
        require: "readonly",
        module: "writable",
        __dirname: "readonly",
        URL: "readonly",
      },
    },
  },
);
