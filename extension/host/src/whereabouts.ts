// Where the sidecar's parts stand on this machine.
import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Whereabouts } from "./views/problems";

/** Where the Python package stands: inside the installed extension, or beside it in a checkout. */
export function sidecarFolder(extensionFolder: string): string {
  const bundled = join(extensionFolder, "sidecar");
  return existsSync(join(bundled, "chatbox")) ? bundled : join(extensionFolder, "..", "sidecar");
}

/** `storageFolder` outlives updates of the extension, which an environment inside of it would not. */
export function whereabouts(extensionFolder: string, storageFolder: string): Whereabouts {
  const bundled = join(extensionFolder, "sidecar", "requirements.lock");
  return {
    lockFile: existsSync(bundled) ? bundled : join(extensionFolder, "..", "requirements.lock"),
    venvFolder: join(storageFolder, "venv"),
    platform: process.platform,
  };
}
