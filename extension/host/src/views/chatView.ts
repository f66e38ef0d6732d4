// The chat in the side bar: the page in a webview, or what stands in its way.
import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import type { NativeWish, ShownPanel, ToPage } from "#protocol/bridge";
import type { Stop } from "#protocol/connection";
import { Relay } from "../room/relay";
import type { EventStream } from "../room/stream";
import type { Sidecar } from "../sidecar/sidecar";
import { saveAttachment } from "./attachments";
import { openWorkspaceFile, workspaceFiles } from "./files";
import { chatPage, problemPage } from "./page";
import { problemOf, type Whereabouts } from "./problems";

export const CHAT_VIEW = "chatbox.chat";

const ASKING: Readonly<Record<NativeWish, string>> = {
  invite: "chatbox.inviteGuest",
  "open-room": "chatbox.openRoom",
};

type Navigate = Extract<ToPage, { kind: "navigate" }>;

export interface ChatViewParts {
  extensionUri: vscode.Uri;
  roomFolder: vscode.Uri | undefined;
  where: Whereabouts;
  sidecar: Sidecar;
  stream: EventStream;
  log: vscode.LogOutputChannel;
}

export class ChatView implements vscode.WebviewViewProvider {
  readonly #parts: ChatViewParts;
  #view: vscode.WebviewView | undefined;
  #isPageReady = false;
  /** Where the page is to go as soon as it can. */
  #navigation: Navigate | undefined;

  constructor(parts: ChatViewParts) {
    this.#parts = parts;
  }

  /** Shows the chat and goes to a message. */
  async navigate(channel: string, message: number): Promise<void> {
    this.#navigation = { kind: "navigate", channel, message };
    await vscode.commands.executeCommand(`${CHAT_VIEW}.focus`);
    this.#goThere();
  }

  /** Has the page, where there is one, show a panel and what is in it by now. */
  show(panel: ShownPanel): void {
    if (this.#isPageReady) void this.#view?.webview.postMessage({ kind: "panel", panel } satisfies ToPage);
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    this.#view = view;
    const { extensionUri, sidecar, stream } = this.#parts;
    const dist = vscode.Uri.joinPath(extensionUri, "dist", "ui");
    const relay = new Relay(sidecar, stream, this.#pagePorts(view.webview));
    const receiving = view.webview.onDidReceiveMessage((message: unknown) => {
      relay.receive(message);
    });
    const stopShowing = this.#showWhatFits(view.webview, dist);
    view.onDidDispose(() => {
      this.#view = undefined;
      this.#isPageReady = false;
      receiving.dispose();
      stopShowing();
      relay.close();
    });
  }

  #showWhatFits(webview: vscode.Webview, dist: vscode.Uri): Stop {
    let shown: string | undefined;
    return this.#parts.sidecar.onHealth((health) => {
      const problem = problemOf(health, this.#parts.where);
      const showing = problem === undefined ? "chat" : JSON.stringify(problem);
      if (showing === shown) return;
      shown = showing;
      this.#isPageReady = false;
      const nonce = randomBytes(18).toString("base64url");
      if (problem === undefined) {
        webview.options = { enableScripts: true, localResourceRoots: [dist] };
        webview.html = chatPage({ ...sources(webview, dist), nonce });
      } else {
        const commands = problem.actions.map(({ command }) => command);
        webview.options = { enableScripts: false, localResourceRoots: [], enableCommandUris: commands };
        webview.html = problemPage(problem, nonce);
      }
    });
  }

  #pagePorts(webview: vscode.Webview): ConstructorParameters<typeof Relay>[2] {
    const { log, roomFolder, sidecar } = this.#parts;
    return {
      post: (message) => {
        void webview.postMessage(message);
      },
      openFile: (file) => {
        void openWorkspaceFile(file, roomFolder);
      },
      findFiles: (paths) => workspaceFiles(paths, roomFolder),
      saveAttachment: (attachment) => saveAttachment(attachment, sidecar, roomFolder),
      ask: (wish) => {
        void vscode.commands.executeCommand(ASKING[wish]);
      },
      openLink: (href) => {
        void vscode.env.openExternal(vscode.Uri.parse(href, true));
      },
      onReady: () => {
        this.#isPageReady = true;
        this.#goThere();
      },
      log: (line) => {
        log.warn(line);
      },
    };
  }

  #goThere(): void {
    if (!this.#isPageReady || this.#view === undefined || this.#navigation === undefined) return;
    void this.#view.webview.postMessage(this.#navigation);
    this.#navigation = undefined;
  }
}

function sources(
  webview: vscode.Webview,
  dist: vscode.Uri,
): { cspSource: string; scriptUri: string; styleUri: string } {
  const served = (name: string): string => webview.asWebviewUri(vscode.Uri.joinPath(dist, name)).toString();
  return { cspSource: webview.cspSource, scriptUri: served("chatbox.js"), styleUri: served("chatbox.css") };
}
