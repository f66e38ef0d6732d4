// Where the extension is put together. To be done in milliseconds: what takes longer is loaded when the sidecar starts.
import * as vscode from "vscode";
import { isShape } from "#protocol/bridge";
import { commands } from "./commands";
import { contextKeys } from "./contextKeys";
import { roomFolder } from "./folder";
import { Room } from "./room/room";
import { EventStream } from "./room/stream";
import { Sidecar, type Launch } from "./sidecar/sidecar";
import type { Hear } from "./sidecar/process";
import { agentsTree } from "./views/agentsTree";
import { approvalsTree } from "./views/approvalsTree";
import { CHAT_VIEW, ChatView } from "./views/chatView";
import { Deciding } from "./views/deciding";
import { approvalNotices, troubleNotices } from "./views/notices";
import type { Whereabouts } from "./views/problems";
import { statusBar } from "./views/statusBar";
import { whereabouts } from "./whereabouts";

let running: Sidecar | undefined;

export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel("ChatBox", { log: true });
  const folder = roomFolder();
  const where = whereabouts(context.extensionUri.fsPath, context.globalStorageUri.fsPath);
  const sidecar = new Sidecar({
    launch: (hear) => launch(context, where, folder, hear, log),
    log: (line) => {
      log.info(line);
    },
  });
  running = sidecar;
  const stream = new EventStream(sidecar);
  const room = new Room(sidecar, stream);
  const roomUri = folder?.uri;
  const chat = new ChatView({
    extensionUri: context.extensionUri,
    roomFolder: roomUri,
    where,
    sidecar,
    stream,
    log,
  });
  const deciding = new Deciding(sidecar);
  context.subscriptions.push(
    log,
    vscode.window.registerWebviewViewProvider(CHAT_VIEW, chat, {
      webviewOptions: { retainContextWhenHidden: true },
    }),
    approvalsTree(room),
    agentsTree(room),
    statusBar(sidecar, room),
    contextKeys(sidecar, room),
    approvalNotices(room, deciding),
    troubleNotices(sidecar),
    commands({ sidecar, room, chat, deciding, log, where }),
    // A trusted workspace may run agents and use its own Python.
    vscode.workspace.onDidGrantWorkspaceTrust(() => sidecar.restart()),
    vscode.workspace.onDidChangeConfiguration((change) => {
      if (change.affectsConfiguration("chatbox.pythonPath")) void sidecar.restart();
    }),
  );
  // The editor goes on first.
  const starting = setImmediate(() => void sidecar.start());
  context.subscriptions.push({
    dispose: () => {
      clearImmediate(starting);
    },
  });
}

/** VS Code waits a few seconds for this when the window closes or reloads. */
export async function deactivate(): Promise<void> {
  await running?.leave();
}

async function launch(
  context: vscode.ExtensionContext,
  { venvFolder }: Whereabouts,
  folder: vscode.WorkspaceFolder | undefined,
  hear: Hear,
  log: vscode.LogOutputChannel,
): Promise<Launch> {
  if (folder === undefined) return { kind: "no-folder" };
  // Loaded here, so that activation does not wait for it.
  const { launchSidecar } = await import("./sidecar/launching");
  const wanted = {
    extensionFolder: context.extensionUri.fsPath,
    venvFolder,
    workspaceFolder: folder.uri.fsPath,
    workspaceName: folder.name,
    isTrusted: vscode.workspace.isTrusted,
    configuredPython: vscode.workspace.getConfiguration("chatbox").get<string>("pythonPath", "").trim(),
    clientVersion: versionOf(context.extension.packageJSON),
  };
  return launchSidecar(wanted, hear, (line) => {
    log.info(line);
  });
}

function versionOf(manifest: unknown): string {
  return isShape(manifest) && typeof manifest["version"] === "string" ? manifest["version"] : "";
}
