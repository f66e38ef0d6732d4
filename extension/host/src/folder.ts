// Which folder's room this window shows.
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as vscode from "vscode";

/** Of several folders the first that has a room already, else the first. */
export function roomFolder(): vscode.WorkspaceFolder | undefined {
  const onDisk = (vscode.workspace.workspaceFolders ?? []).filter(({ uri }) => uri.scheme === "file");
  return onDisk.find(({ uri }) => existsSync(join(uri.fsPath, ".agentchat"))) ?? onDisk[0];
}
