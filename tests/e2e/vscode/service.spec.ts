// A room that the service owns: the editor finds it by itself, is a client of it, and leaves it running.
import { startService } from "../support/service";
import { endpointOf, isAlive } from "../support/sidecars";
import { Workbench } from "../support/workbench";
import { expect, test } from "./fixtures";

test.describe.configure({ timeout: 180_000 });

test("a room of the service is found, used and left as it was", async ({ page, codeServer, folder }) => {
  const service = await startService(folder);
  try {
    const workbench = new Workbench(page);
    await workbench.open(codeServer.windowOf(folder));
    await workbench.openChatBox();
    await workbench.say("from the editor");
    await expect(workbench.messages.filter({ hasText: "from the editor" })).toBeVisible();
    // A service runs no agents unless it is told to, and the editor says so.
    await expect(workbench.statusBar).toHaveAccessibleName(/^ChatBox: connected, No supervisor is running/);
    expect((await endpointOf(folder))?.pid).toBe(service.pid);
    await page.close();
    expect(isAlive(service.pid)).toBe(true);
    expect((await endpointOf(folder))?.pid).toBe(service.pid);
  } finally {
    await service.stop();
  }
});
