// One real VS Code for a file of tests, and a fresh workspace with its window for each test.
import { expect as baseExpect, test as base } from "@playwright/test";
import {
  repositoryPython,
  startCodeServer,
  type CodeServer,
  type CodeServerOptions,
} from "../support/codeServer";
import { endOwner } from "../support/sidecars";
import { Workbench } from "../support/workbench";
import { furnishWorkspace } from "../support/workspace";

interface PerTest {
  /** What the workspace itself sets. */
  workspaceSettings: Readonly<Record<string, unknown>>;
  /** The folder that the window shows. */
  folder: string;
  /** The window, with ChatBox's side bar open. */
  workbench: Workbench;
}

interface PerFile {
  options: CodeServerOptions;
  codeServer: CodeServer;
}

export const test = base.extend<PerTest, PerFile>({
  options: [
    { python: repositoryPython, settings: {}, workspaceTrust: false },
    { scope: "worker", option: true },
  ],
  codeServer: [
    async ({ options }, use) => {
      const server = await startCodeServer(options);
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 120_000 },
  ],
  workspaceSettings: [{}, { option: true }],
  folder: async ({ codeServer, workspaceSettings }, use, { testId }) => {
    const folder = await codeServer.newFolder(`workspace-${testId}`);
    await furnishWorkspace(folder, workspaceSettings);
    await use(folder);
    await endOwner(folder);
  },
  workbench: async ({ page, codeServer, folder }, use) => {
    const workbench = new Workbench(page);
    await workbench.open(codeServer.windowOf(folder));
    await workbench.openChatBox();
    await use(workbench);
    await page.close();
  },
});

/** Windows, webviews and Pythons start side by side on a machine that may have other things to do. */
export const expect = baseExpect.configure({ timeout: 40_000 });
