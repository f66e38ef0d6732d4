// The status bar item: how the connection is, and how many approvals wait.
import * as vscode from "vscode";
import type { Room } from "../room/room";
import type { Sidecar } from "../sidecar/sidecar";
import { statusText } from "./statusText";

const BACKGROUNDS = {
  none: undefined,
  warning: "statusBarItem.warningBackground",
  error: "statusBarItem.errorBackground",
};

export function statusBar(sidecar: Sidecar, room: Room): vscode.Disposable {
  const item = vscode.window.createStatusBarItem("chatbox.status", vscode.StatusBarAlignment.Left, 0);
  item.name = "ChatBox";
  item.command = "chatbox.approvals.focus";
  const show = (): void => {
    const { text, tooltip, screenReader, urgency } = statusText(sidecar.health, room.state);
    const background = BACKGROUNDS[urgency];
    item.text = text;
    item.tooltip = tooltip;
    item.accessibilityInformation = { label: screenReader, role: "button" };
    item.backgroundColor = background === undefined ? undefined : new vscode.ThemeColor(background);
  };
  const stops = [sidecar.onHealth(show), room.onState(show)];
  item.show();
  return vscode.Disposable.from(item, ...stops.map((stop) => ({ dispose: stop })));
}
