// Doing what a person asked for, and saying so when it is refused.
import * as vscode from "vscode";

/** What `work` gives; undefined when it was refused, and then the person was told why. */
export async function attempt<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    void vscode.window.showWarningMessage(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
