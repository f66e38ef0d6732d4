// How the sidecar is, and how that is said to people.
import type { ConnectionState } from "#protocol/bridge";
import type { Tried } from "./python";

export type Health =
  | { kind: "no-folder" }
  | { kind: "no-python"; tried: readonly Tried[] }
  | { kind: "starting" }
  | { kind: "running"; role: "owner" | "client" }
  /** The sidecar lives and looks for the broker. */
  | { kind: "reconnecting"; message: string }
  /** The sidecar has died and comes back by itself. */
  | { kind: "restarting"; because: string; inMs: number }
  /** The sidecar lives, but the broker stopped for good (a failing disk, say). */
  | { kind: "lost"; message: string }
  /** The sidecar died too often; only a person starts it again. */
  | { kind: "stopped"; because: string };

export function connectionState(health: Health): ConnectionState {
  switch (health.kind) {
    case "starting":
      return "connecting";
    case "running":
      return "connected";
    case "reconnecting":
    case "restarting":
      return "reconnecting";
    case "no-folder":
    case "no-python":
    case "lost":
    case "stopped":
      return "lost";
  }
}

/** A sentence or two for people; empty when there is nothing to say. */
export function sentence(health: Health): string {
  switch (health.kind) {
    case "running":
    case "starting":
      return "";
    case "no-folder":
      return "Open a folder: ChatBox keeps one room for each.";
    case "no-python":
      return "ChatBox needs Python 3.11 or newer with its packages.";
    case "reconnecting":
      return health.message === "" ? "Looking for the room's owner." : health.message;
    case "restarting":
      return `The sidecar ended (${health.because}). It starts again in ${Math.round(health.inMs / 1000)} s; nothing is lost.`;
    case "lost":
      return `${health.message} ("ChatBox: Restart Sidecar" tries again.)`;
    case "stopped":
      return `The sidecar ended too often (${health.because}). See "ChatBox: Show Log", then run "ChatBox: Restart Sidecar".`;
  }
}

/** Whether no request will be answered until a person does something. (A sidecar that lost its broker still answers.) */
export function isHopeless(health: Health): boolean {
  return health.kind === "no-folder" || health.kind === "no-python" || health.kind === "stopped";
}

/** What the notification `chatbox/status` says; undefined when it says nothing that is understood. */
export function reported(params: Record<string, unknown>): Health | undefined {
  const message = typeof params["message"] === "string" ? params["message"] : "";
  switch (params["state"]) {
    case "owner":
      return { kind: "running", role: "owner" };
    case "client":
      return { kind: "running", role: "client" };
    case "reconnecting":
      return { kind: "reconnecting", message };
    case "lost":
      return { kind: "lost", message };
    default:
      return undefined;
  }
}
