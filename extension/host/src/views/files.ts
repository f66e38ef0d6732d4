// Opening a file that a message refers to. The reference is a stranger's: nothing outside of the room's folder is opened.
import * as vscode from "vscode";
import { inside } from "./paths";

const COLUMN_MAX = 10_000;

export interface FileReference {
  path: string;
  line?: number;
  column?: number;
  endLine?: number;
}

/** Those of `paths` that are files in the room's folder. */
export async function workspaceFiles(
  paths: readonly string[],
  roomFolder: vscode.Uri | undefined,
): Promise<readonly string[]> {
  const found = await Promise.all(paths.map((path) => isFile(path, roomFolder)));
  return paths.filter((_, at) => found[at]);
}

async function isFile(path: string, roomFolder: vscode.Uri | undefined): Promise<boolean> {
  const resolved = roomFolder && inside(roomFolder.fsPath, path);
  if (resolved === undefined) return false;
  try {
    const { type } = await vscode.workspace.fs.stat(vscode.Uri.file(resolved));
    return (type & vscode.FileType.File) !== 0;
  } catch {
    return false;
  }
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
  // To the end of the last line, wherever that is.
  const end =
    file.endLine === undefined ? at : new vscode.Position(Math.max(at.line, file.endLine - 1), COLUMN_MAX);
  try {
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(path));
    await vscode.window.showTextDocument(document, { selection: new vscode.Range(at, end), preview: true });
  } catch {
    void vscode.window.showWarningMessage(`${file.path} could not be opened.`);
  }
}
