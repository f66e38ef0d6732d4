// What stands in the way of a room, in words and with what to do: for the chat view and the notification.
import type { Health } from "../sidecar/health";
import { findings, lacksOnlyPackages, PYTHON_OLDEST, setupCommands, type Tried } from "../sidecar/python";
import type { Problem } from "./page";

export interface Whereabouts {
  /** The list of the sidecar's packages. */
  lockFile: string;
  /** Where the environment would be made. */
  venvFolder: string;
  platform: NodeJS.Platform;
}

/** Undefined when the chat itself can be shown, be it connected or not. */
export function problemOf(health: Health, where: Whereabouts): Problem | undefined {
  switch (health.kind) {
    case "no-folder":
      return {
        title: "No folder is open",
        paragraphs: ["ChatBox keeps one room for each folder. Open a folder to enter its room."],
        commands: [],
        afterwards: [],
        actions: [{ title: "Open Folder", command: "workbench.action.files.openFolder" }],
      };
    case "no-python":
      return pythonProblem(health.tried, where);
    case "starting":
    case "running":
    case "reconnecting":
    case "restarting":
    case "lost":
    case "stopped":
      return undefined;
  }
}

function pythonProblem(tried: readonly Tried[], { lockFile, venvFolder, platform }: Whereabouts): Problem {
  const hasPython = lacksOnlyPackages(tried);
  const { before, after } = pythonAdvice(tried, hasPython);
  return {
    title: hasPython ? "ChatBox needs its Python packages" : `ChatBox needs Python ${PYTHON_OLDEST} or newer`,
    paragraphs: [...findings(tried), before],
    commands: setupCommands(tried, lockFile, venvFolder, platform),
    afterwards: [after],
    actions: [
      { title: "Open the Setting", command: "chatbox.openPythonSetting" },
      { title: "Copy the Commands", command: "chatbox.copySetupCommands" },
      { title: "Try Again", command: "chatbox.restartSidecar" },
    ],
  };
}

/** What is said before the commands and after them. */
function pythonAdvice(tried: readonly Tried[], hasPython: boolean): { before: string; after: string } {
  const isSet = tried.some(({ candidate }) => candidate.origin === "setting");
  if (isSet && !hasPython) {
    return {
      before:
        "Correct the setting chatbox.pythonPath. Or let ChatBox have a Python of its own: run this in a terminal,",
      after: "clear the setting, and try again.",
    };
  }
  return {
    before: hasPython
      ? "Run this in a terminal, then try again:"
      : `Install Python ${PYTHON_OLDEST} or newer, run this in a terminal, then try again:`,
    after: isSet
      ? "Or name another Python in the setting chatbox.pythonPath."
      : "If you have a Python with these packages already, name it in the setting chatbox.pythonPath.",
  };
}
