// A person's decisions. Each names the digest of what was shown, so that nobody approves what they have not seen.
import * as vscode from "vscode";
import type { ApprovalView } from "#protocol/types.gen";
import type { Sidecar } from "../sidecar/sidecar";
import { question } from "./approvalItems";
import { attempt } from "./attempt";

const REASON_CHARACTERS_MAX = 4_000;

export class Deciding {
  readonly #sidecar: Sidecar;

  constructor(sidecar: Sidecar) {
    this.#sidecar = sidecar;
  }

  async approve({ id, digest }: ApprovalView): Promise<void> {
    await attempt(this.#sidecar.call("approve", { post_id: id, digest }));
  }

  /** Asks for the reason first; without one nothing is decided. */
  async deny(approval: ApprovalView): Promise<void> {
    const reason = await vscode.window.showInputBox({
      title: `Deny: ${question(approval)}`,
      prompt: `Why? @${approval.asked_by} reads it.`,
      ignoreFocusOut: true,
      validateInput: (text) => {
        if (text.trim() === "") return "A reason is needed.";
        return text.length > REASON_CHARACTERS_MAX ? "This is too long." : undefined;
      },
    });
    if (reason === undefined) return;
    const { id, digest } = approval;
    await attempt(this.#sidecar.call("deny", { post_id: id, reason: reason.trim(), digest }));
  }
}
