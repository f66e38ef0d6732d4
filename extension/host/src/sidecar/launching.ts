// From "a sidecar is wanted" to a process, or to what is in the way.
import { homedir } from "node:os";
import { sidecarFolder } from "../whereabouts";
import { launch, type Hear } from "./process";
import { probe } from "./probing";
import { candidates, choosePython } from "./python";
import type { Launch } from "./sidecar";

export interface Wanted {
  extensionFolder: string;
  venvFolder: string;
  workspaceFolder: string;
  workspaceName: string;
  isTrusted: boolean;
  configuredPython: string;
  clientVersion: string;
}

export async function launchSidecar(
  wanted: Wanted,
  hear: Hear,
  log: (line: string) => void,
): Promise<Launch> {
  const { extensionFolder, venvFolder, workspaceFolder, workspaceName, isTrusted, clientVersion } = wanted;
  const around = {
    configured: wanted.configuredPython,
    extensionFolder,
    venvFolder,
    workspaceFolder,
    homeFolder: homedir(),
    isTrusted,
    platform: process.platform,
  };
  const choice = await choosePython(candidates(around), (candidate) => probe(candidate, extensionFolder));
  if (choice.kind === "none") return { kind: "no-python", tried: choice.tried };
  const options = {
    executable: choice.executable,
    sidecarFolder: sidecarFolder(extensionFolder),
    workspaceFolder,
    workspaceName,
    supervise: isTrusted,
    clientVersion,
  };
  try {
    return { kind: "launched", process: await launch(options, hear, log) };
  } catch (error) {
    return { kind: "failed", because: error instanceof Error ? error.message : String(error) };
  }
}
