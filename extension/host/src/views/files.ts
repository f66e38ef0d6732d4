// Opening a file that a message refers to. The reference is a stranger's: nothing outside of the room's folder is opened.
import * as vscode from "vscode";
import { inside } from "./paths";

export interface FileReference {
  path: string;
  line?: number;
  column?: number;
}

export async function openWorkspaceFile(
  file: FileReference,
  roomFolder: vscode.Uri | undefined,
): Promise<void> {
  const path = roomFolder && inside(roomFolder.fsPath, file.path);
  if (path === undefined) {
    void vscode.window.showWarningMessage(
      `${file.path} is outside of the workspace, so ChatBox does not open it.`,
    );
    return;
  }
  // Lines and columns count from 1 in messages and from 0 here.
  const at = new vscode.Position(Math.max(0, (file.line ?? 1) - 1), Math.max(0, (file.column ?? 1) - 1));
  try {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, at), preview: true });
  } catch {
    void vscode.window.showWarningMessage(`${file.path} could not be opened.`);
  }
}
