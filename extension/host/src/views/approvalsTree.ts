// The tree of open approvals with its badge.
import * as vscode from "vscode";
import type { ApprovalView } from "#protocol/types.gen";
import type { Room } from "../room/room";
import { approvalItem } from "./approvalItems";
import { ListTree } from "./listTree";

/** "3 min ago" grows old. */
const TICK_MS = 30_000;

export function approvalsTree(room: Room): vscode.Disposable {
  const tree = new ListTree<number, ApprovalView>({
    viewId: "chatbox.approvals",
    row: (approval) => row(approval, Date.now()),
    tickMs: TICK_MS,
    isTicking: () => true,
  });
  const stop = room.onState(({ approvals }) => {
    tree.show(approvals);
    tree.view.badge = badge(approvals.length);
  });
  return vscode.Disposable.from(tree, new vscode.Disposable(stop));
}

function badge(open: number): vscode.ViewBadge | undefined {
  if (open === 0) return undefined;
  return { value: open, tooltip: open === 1 ? "1 approval waits for you" : `${open} approvals wait for you` };
}

function row(approval: ApprovalView, nowMs: number): vscode.TreeItem {
  const { id, label, description, tooltip, screenReader } = approvalItem(approval, nowMs);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.description = description;
  item.tooltip = tooltip;
  item.iconPath = new vscode.ThemeIcon("question");
  item.contextValue = "approval";
  item.accessibilityInformation = { label: screenReader };
  item.command = { command: "chatbox.showApproval", title: "Show in Chat", arguments: [approval.id] };
  return item;
}
