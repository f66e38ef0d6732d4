// What package.json's `when` clauses ask about.
import * as vscode from "vscode";
import type { Room } from "./room/room";
import type { Sidecar } from "./sidecar/sidecar";

export function contextKeys(sidecar: Sidecar, room: Room): vscode.Disposable {
  const told = new Map<string, unknown>();
  const tell = (key: string, value: unknown): void => {
    if (told.get(key) === value) return;
    told.set(key, value);
    void vscode.commands.executeCommand("setContext", key, value);
  };
  const stops = [
    sidecar.onHealth(({ kind }) => {
      tell("chatbox.health", kind);
    }),
    room.onState(({ isKnown, approvals, agents }) => {
      tell("chatbox.isKnown", isKnown);
      tell("chatbox.approvalsOpen", approvals.length);
      tell("chatbox.agentsKnown", agents.length);
    }),
  ];
  return vscode.Disposable.from(...stops.map((stop) => ({ dispose: stop })));
}
