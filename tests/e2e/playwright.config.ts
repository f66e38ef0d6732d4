// Two projects: `web` drives the web page, `vscode` a real VS Code. Both use Debian's Chromium.
import { defineConfig } from "@playwright/test";

export default defineConfig({
  outputDir: "../../.cache/playwright",
  projects: [
    { name: "web", testDir: "web" },
    { name: "vscode", testDir: "vscode" },
  ],
  // Every wait has an end; a test that needs a second try is a failed test.
  timeout: 90_000,
  expect: { timeout: 20_000 },
  retries: 0,
  workers: 1,
  forbidOnly: true,
  use: {
    browserName: "chromium",
    launchOptions: {
      executablePath: process.env["CHATBOX_CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
    screenshot: "only-on-failure",
    trace: "retain-on-failure",
  },
});
