// Notifications. They hide themselves after a while, so nothing is said only here.
import * as vscode from "vscode";
import type { ApprovalView } from "#protocol/types.gen";
import type { Room } from "../room/room";
import type { Sidecar } from "../sidecar/sidecar";
import { newlyOpen, notice } from "./approvalItems";
import type { Deciding } from "./deciding";

/** More than this many at once are a list, and the tree is where lists are. */
const AT_ONCE_MAX = 3;

/** Tells of each approval that is asked for while the window is open. */
export function approvalNotices(room: Room, deciding: Deciding): vscode.Disposable {
  let known: readonly ApprovalView[] | undefined;
  const stop = room.onState(({ isKnown, approvals }) => {
    if (!isKnown) return;
    const news = known === undefined ? [] : newlyOpen(known, approvals);
    known = approvals;
    for (const approval of news.slice(0, AT_ONCE_MAX)) void ask(approval, deciding);
  });
  return new vscode.Disposable(stop);
}

async function ask(approval: ApprovalView, deciding: Deciding): Promise<void> {
  const { text, isWhole } = notice(approval);
  const choices = isWhole ? (["Approve", "Deny…", "Show"] as const) : (["Show"] as const);
  switch (await vscode.window.showInformationMessage(text, ...choices)) {
    case "Approve":
      await deciding.approve(approval);
      return;
    case "Deny…":
      await deciding.deny(approval);
      return;
    case "Show":
      await vscode.commands.executeCommand("chatbox.showApproval", approval.id);
      return;
    case undefined:
      return;
  }
}

/** Says once for each time it happens that a person has to do something about the sidecar. */
export function troubleNotices(sidecar: Sidecar): vscode.Disposable {
  const stop = sidecar.onHealth(({ kind }) => {
    if (kind === "no-python") void tellOfPython();
    if (kind === "stopped") void tellOfStop();
  });
  return new vscode.Disposable(stop);
}

async function tellOfPython(): Promise<void> {
  const open = "Open the Setting";
  const copy = "Copy the Commands";
  const text =
    "ChatBox needs Python 3.11 or newer with its packages: install it, then run the commands that the Chat view names, or set chatbox.pythonPath.";
  const choice = await vscode.window.showErrorMessage(text, open, copy);
  if (choice === open) await vscode.commands.executeCommand("chatbox.openPythonSetting");
  if (choice === copy) await vscode.commands.executeCommand("chatbox.copySetupCommands");
}

async function tellOfStop(): Promise<void> {
  const again = "Restart";
  const log = "Show Log";
  const choice = await vscode.window.showErrorMessage(
    "ChatBox's sidecar ended several times in a row.",
    again,
    log,
  );
  if (choice === again) await vscode.commands.executeCommand("chatbox.restartSidecar");
  if (choice === log) await vscode.commands.executeCommand("chatbox.showLog");
}
