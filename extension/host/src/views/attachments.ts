// Keeping a file of a message: where, a person says; nothing is written before.
import { basename } from "node:path";
import * as vscode from "vscode";
import type { Attachment } from "../room/relay";
import type { Sidecar } from "../sidecar/sidecar";

export async function saveAttachment(
  { id, name }: Attachment,
  sidecar: Sidecar,
  roomFolder: vscode.Uri | undefined,
): Promise<void> {
  // A name is a stranger's: it leads nowhere else than to the folder that is offered.
  const offered = basename(name.replaceAll("\\", "/")) || "file";
  const place = await vscode.window.showSaveDialog({
    title: `Save ${offered}`,
    saveLabel: "Save",
    ...(roomFolder === undefined ? {} : { defaultUri: vscode.Uri.joinPath(roomFolder, offered) }),
  });
  if (place === undefined) return;
  await vscode.workspace.fs.writeFile(place, await contentOf(id, sidecar));
  vscode.window.setStatusBarMessage(`Saved ${basename(place.path)}`, 4_000);
}

async function contentOf(sha256: string, sidecar: Sidecar): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  for (let offset: number | null = 0; offset !== null;) {
    const piece: { data: string; next: number | null } = await sidecar.call("attachment", { sha256, offset });
    pieces.push(Buffer.from(piece.data, "base64"));
    offset = piece.next;
  }
  return Buffer.concat(pieces);
}
