// What the status bar says.
import type { RoomState } from "../room/room";
import { connectionState, sentence, type Health } from "../sidecar/health";

export interface StatusText {
  text: string;
  tooltip: string;
  screenReader: string;
  /** Which of the status bar's backgrounds calls for attention. */
  urgency: "none" | "warning" | "error";
}

const ICONS = {
  connecting: "loading~spin",
  connected: "comment-discussion",
  reconnecting: "sync~spin",
  lost: "error",
};
const WORDS = {
  connecting: "starting",
  connected: "connected",
  reconnecting: "reconnecting",
  lost: "not running",
};

export function statusText(
  health: Health,
  { approvals, supervisors, isKnown, agents }: RoomState,
): StatusText {
  const state = connectionState(health);
  const shown = state === "signed-out" ? "lost" : state;
  const open = approvals.length;
  const asks = open === 1 ? "1 approval waits for you" : `${open} approvals wait for you`;
  const lines = [
    `ChatBox: ${WORDS[shown]}`,
    ...(sentence(health) === "" ? [] : [sentence(health)]),
    ...(open > 0 ? [asks] : []),
    ...(isKnown && supervisors.length === 0 && agents.length > 0
      ? ["No supervisor is running: agents are not woken."]
      : []),
  ];
  return {
    text: `$(${ICONS[shown]}) ChatBox${open > 0 ? ` $(question) ${open}` : ""}`,
    tooltip: lines.join("\n"),
    screenReader: lines.join(", "),
    urgency: shown === "lost" ? "error" : open > 0 ? "warning" : "none",
  };
}
