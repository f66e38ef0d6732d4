// The page's tests run in a DOM without a browser; the host's and the protocol's in Node.
import { defineConfig } from "vitest/config";

// Every wait has an end, on a slow machine too.
const testTimeout = 30_000;

const project = (name, environment) => ({
  test: { name, environment, include: [`extension/${name}/test/**/*.test.ts`], testTimeout },
});

const scripts = { test: { name: "scripts", environment: "node", include: ["tests/release/*.test.mjs"] } };

export default defineConfig({
  cacheDir: ".cache/vite",
  test: {
    projects: [project("protocol", "node"), project("host", "node"), project("ui", "happy-dom"), scripts],
    restoreMocks: true,
  },
});
