// Every command of ChatBox. When each is offered is said in package.json.
import * as vscode from "vscode";
import type { AgentView, ApprovalView } from "#protocol/types.gen";
import type { Room } from "./room/room";
import type { Sidecar } from "./sidecar/sidecar";
import { approvalItem, wholeQuestion } from "./views/approvalItems";
import { agentItem } from "./views/agentItems";
import { attempt } from "./views/attempt";
import { leadsThere } from "./views/browserLink";
import { CHAT_VIEW, type ChatView } from "./views/chatView";
import { inviteGuest, openRoom } from "./views/credentials";
import type { Deciding } from "./views/deciding";
import { problemOf, type Whereabouts } from "./views/problems";

export interface CommandParts {
  sidecar: Sidecar;
  room: Room;
  chat: ChatView;
  deciding: Deciding;
  log: vscode.LogOutputChannel;
  where: Whereabouts;
}

type Handler = (argument: unknown) => Promise<unknown>;

export function commands(parts: CommandParts): vscode.Disposable {
  const { sidecar, room, chat, deciding, log, where } = parts;
  const handlers: Readonly<Record<string, Handler>> = {
    "chatbox.openChat": () => run(`${CHAT_VIEW}.focus`),
    "chatbox.approve": onApproval(room, "Approve", (approval) => deciding.approve(approval)),
    "chatbox.deny": onApproval(room, "Deny", (approval) => deciding.deny(approval)),
    "chatbox.showApproval": onApproval(room, "Show", ({ channel, id }) => chat.navigate(channel, id)),
    "chatbox.wakeAgent": onAgent(room, "Wake", (agent) => sidecar.call("wake", { agent })),
    "chatbox.pauseAgent": onAgent(room, "Pause", (agent) => sidecar.call("pause", { agent })),
    "chatbox.resumeAgent": onAgent(room, "Resume", (agent) => sidecar.call("resume", { agent })),
    "chatbox.inviteGuest": () => inviteGuest(sidecar),
    "chatbox.openRoom": async () => {
      if (await openRoom(sidecar)) chat.show("rooms");
    },
    "chatbox.restartSidecar": () => sidecar.restart(),
    "chatbox.showLog": async () => {
      log.show(true);
      return Promise.resolve();
    },
    "chatbox.openInBrowser": () => openInBrowser(sidecar),
    "chatbox.openPythonSetting": openPythonSetting,
    "chatbox.copySetupCommands": () => copySetupCommands(sidecar, where),
  };
  return vscode.Disposable.from(
    ...Object.entries(handlers).map(([id, handler]) => vscode.commands.registerCommand(id, handler)),
  );
}

async function run(command: string, ...rest: readonly unknown[]): Promise<void> {
  await vscode.commands.executeCommand(command, ...rest);
}

/** A row of the tree names its approval; from the palette it is picked. */
function onApproval(room: Room, verb: string, act: (approval: ApprovalView) => Promise<unknown>): Handler {
  return async (argument) => {
    const approval =
      typeof argument === "number"
        ? room.state.approvals.find(({ id }) => id === argument)
        : await pickApproval(room, verb);
    if (approval !== undefined) await act(approval);
  };
}

async function pickApproval(room: Room, verb: string): Promise<ApprovalView | undefined> {
  const picked = await vscode.window.showQuickPick(
    room.state.approvals.map((approval) => {
      const { label, description } = approvalItem(approval, Date.now());
      return { label, description, detail: wholeQuestion(approval), approval };
    }),
    { title: `${verb} which request?`, matchOnDescription: true, matchOnDetail: true },
  );
  return picked?.approval;
}

function onAgent(room: Room, verb: string, act: (agent: string) => Promise<unknown>): Handler {
  return async (argument) => {
    const agent = typeof argument === "string" ? argument : await pickAgent(room.state.agents, verb);
    if (agent !== undefined) await attempt(act(agent));
  };
}

async function pickAgent(agents: readonly AgentView[], verb: string): Promise<string | undefined> {
  const isFitting = ({ state }: AgentView): boolean => (verb === "Resume") === (state === "parked");
  const picked = await vscode.window.showQuickPick(
    agents.filter(isFitting).map((agent) => {
      const { label, description } = agentItem(agent, Date.now());
      return { label, description, id: agent.id };
    }),
    {
      title: `${verb} which agent?`,
      placeHolder: agents.some(isFitting) ? "" : `There is none to ${verb.toLowerCase()}.`,
    },
  );
  return picked?.id;
}

/** The setting belongs to the machine that this runs on, which in a remote window is another list. */
async function openPythonSetting(): Promise<void> {
  const query = "chatbox.pythonPath";
  if (vscode.env.remoteName === undefined) await run("workbench.action.openSettings", query);
  else await run("workbench.action.openRemoteSettings", { query });
}

async function openInBrowser(sidecar: Sidecar): Promise<void> {
  const link = await attempt(sidecar.call("link", {}));
  if (link === undefined) return;
  // Where VS Code runs elsewhere (SSH, a container), the port is brought here.
  const external = await vscode.env.asExternalUri(vscode.Uri.parse(link.url, true));
  if (leadsThere(link.url, external.toString(true))) {
    await vscode.env.openExternal(external);
    return;
  }
  const copy = "Copy the Link";
  const text =
    "The room's page answers only on the machine that it runs on. Open its link in a browser there; it works once.";
  if ((await vscode.window.showInformationMessage(text, copy)) === copy)
    await vscode.env.clipboard.writeText(link.url);
}

async function copySetupCommands({ health }: Sidecar, where: Whereabouts): Promise<void> {
  const commands = problemOf(health, where)?.commands ?? [];
  if (commands.length === 0) return;
  await vscode.env.clipboard.writeText(commands.join("\n"));
  void vscode.window.showInformationMessage(
    "The commands are in the clipboard. Run them in a terminal, then try again.",
  );
}
