// The tree of agents, and the sentence above it when nobody runs them.
import * as vscode from "vscode";
import type { AgentView } from "#protocol/types.gen";
import type { Room } from "../room/room";
import { agentItem, agentsMessage, isTicking } from "./agentItems";
import { ListTree } from "./listTree";

const TICK_MS = 1_000;

export function agentsTree(room: Room): vscode.Disposable {
  const tree = new ListTree<string, AgentView>({
    viewId: "chatbox.agents",
    row: (agent) => row(agent, Date.now()),
    tickMs: TICK_MS,
    isTicking,
  });
  const stop = room.onState((state) => {
    tree.show(state.agents);
    tree.view.message = agentsMessage(state, vscode.workspace.isTrusted);
  });
  return vscode.Disposable.from(tree, new vscode.Disposable(stop));
}

function row(agent: AgentView, nowMs: number): vscode.TreeItem {
  const { id, label, description, tooltip, icon, colour, contextValue } = agentItem(agent, nowMs);
  const item = new vscode.TreeItem(label, vscode.TreeItemCollapsibleState.None);
  item.id = id;
  item.description = description;
  item.tooltip = tooltip;
  item.iconPath = new vscode.ThemeIcon(
    icon,
    colour === undefined ? undefined : new vscode.ThemeColor(colour),
  );
  item.contextValue = contextValue;
  item.accessibilityInformation = { label: `${label}: ${description}` };
  return item;
}
