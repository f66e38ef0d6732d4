// Letting people in from the editor: the editor asks who and how, and hands over what opens the door. No page sees it.
import { randomFillSync } from "node:crypto";
import * as vscode from "vscode";
import { looksWeak, suggestedPassword } from "#protocol/passwords";
import type { InviteParams, OpenRoomParams } from "#protocol/types.gen";
import type { Sidecar } from "../sidecar/sidecar";
import { attempt } from "./attempt";

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const WEAK = "Somebody outside might guess this password. Take a longer one.";

type Role = NonNullable<InviteParams["role"]>;
type Tunnel = NonNullable<OpenRoomParams["tunnel"]>;

const ROLES: readonly (vscode.QuickPickItem & { role: Role })[] = [
  { label: "$(comment) Member", description: "reads and writes", role: "member" },
  { label: "$(check) Approver", description: "reads, writes, and decides approvals", role: "approver" },
  { label: "$(eye) Observer", description: "reads along", role: "observer" },
];

const DAYS: readonly (vscode.QuickPickItem & { days: number })[] = [
  { label: "7 days", days: 7 },
  { label: "1 day", days: 1 },
  { label: "30 days", days: 30 },
  { label: "90 days", days: 90 },
];

const WAYS_IN: readonly (vscode.QuickPickItem & { tunnel?: Tunnel })[] = [
  { label: "$(vm) This machine only" },
  {
    label: "$(globe) The internet, through cloudflared",
    description: "fetched once if it is missing",
    tunnel: "cloudflared",
  },
  { label: "$(globe) The internet, through ngrok", description: "with your account", tunnel: "ngrok" },
];

export async function inviteGuest(sidecar: Sidecar): Promise<void> {
  const title = "Invite a Guest";
  const name = await vscode.window.showInputBox({
    title,
    prompt: "Their name, as it stands beside their messages",
    validateInput: (text) =>
      NAME.test(text) ? undefined : "Letters, digits, dots, hyphens and underscores.",
  });
  if (name === undefined) return;
  const role = await vscode.window.showQuickPick(ROLES, { title, placeHolder: "As what?" });
  if (role === undefined) return;
  const channels = await pickChannels(sidecar, title);
  if (channels === undefined) return;
  const days = await vscode.window.showQuickPick(DAYS, { title, placeHolder: "For how long?" });
  if (days === undefined) return;
  const wanted = { name, role: role.role, days: days.days };
  const invited = await attempt(
    sidecar.call("invite", channels === "all" ? wanted : { ...wanted, channels: [...channels] }),
  );
  if (invited === undefined) return;
  const detail = `The link works once, within a day, and is not shown again. It is ${days.label} good for what it leads to.`;
  await handOver(`A link for ${name}`, detail, "Copy the Link", invited.url);
}

async function pickChannels(sidecar: Sidecar, title: string): Promise<readonly string[] | "all" | undefined> {
  const all = { label: "All channels", description: "also later ones" };
  const some = { label: "Some channels…", description: "nothing else exists for them" };
  const picked = await vscode.window.showQuickPick([all, some], { title, placeHolder: "Where?" });
  if (picked !== some) return picked && "all";
  const rooms = await attempt(sidecar.call("rooms", {}));
  if (rooms === undefined) return undefined;
  const chosen = await vscode.window.showQuickPick(
    rooms.channels.map((channel) => channel.name),
    { title, placeHolder: "Which channels?", canPickMany: true },
  );
  return chosen === undefined || chosen.length === 0 ? undefined : chosen;
}

/** Whether a room was opened. */
export async function openRoom(sidecar: Sidecar): Promise<boolean> {
  const title = "Open a Password Room";
  const name = await vscode.window.showInputBox({ title, prompt: "Its name", value: "Room" });
  if (name === undefined) return false;
  const way = await vscode.window.showQuickPick(WAYS_IN, { title, placeHolder: "Who can come?" });
  if (way === undefined) return false;
  const password = await vscode.window.showInputBox({
    title,
    prompt: "Its password. This one is strong; you may take another.",
    value: suggestedPassword((bytes) => randomFillSync(bytes)),
    validateInput: judged,
  });
  if (password === undefined) return false;
  const wanted = { name: name.trim() === "" ? "Room" : name.trim(), password };
  const opening = sidecar.call(
    "open_room",
    way.tunnel === undefined ? wanted : { ...wanted, tunnel: way.tunnel },
  );
  const room = await attempt(
    Promise.resolve(
      vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title: `Opening ${wanted.name}` },
        () => opening,
      ),
    ),
  );
  if (room === undefined) return false;
  const weak = room.is_weak ? ` ${WEAK}` : "";
  const detail = `The invitation holds the password, and is not shown again.${weak} The room is at ${room.url}`;
  await handOver(`${room.name} is open`, detail, "Copy the Invitation", room.invitation);
  return true;
}

function judged(password: string): vscode.InputBoxValidationMessage | undefined {
  if (password === "")
    return { message: "A password is needed.", severity: vscode.InputBoxValidationSeverity.Error };
  return looksWeak(password)
    ? { message: WEAK, severity: vscode.InputBoxValidationSeverity.Warning }
    : undefined;
}

/** In a dialog that stays until it is answered: a notification would hide by itself. */
async function handOver(message: string, detail: string, copy: string, secret: string): Promise<void> {
  const answer = await vscode.window.showInformationMessage(message, { modal: true, detail }, copy);
  if (answer === copy) await vscode.env.clipboard.writeText(secret);
}
