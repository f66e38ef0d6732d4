// Where the page begins: inside VS Code when it offers itself, in a browser otherwise. Everything is put together here.
import type { Connection } from "#protocol/connection";
import "./components/app";
import type { AppElement } from "./components/app";
import { KnownFiles } from "./connection/files";
import type { Listener, Socket } from "./connection/websocket";
import { WebSocketConnection } from "./connection/websocket";
import type { Host, HostWish } from "./connection/webview";
import { WebviewConnection } from "./connection/webview";
import { Attaching } from "./doing/attaching";
import { Changing } from "./doing/changing";
import { Delivering } from "./doing/delivering";
import { Directing } from "./doing/directing";
import { Fetching } from "./doing/fetching";
import { Following } from "./doing/following";
import { Hosting } from "./doing/hosting";
import { Inviting } from "./doing/inviting";
import { Reading } from "./doing/reading";
import { Saying } from "./doing/saying";
import { Searching } from "./doing/searching";
import { Voting } from "./doing/voting";
import type { Drawer } from "./memory";
import { drawerOfTab } from "./memory";
import { downloaded } from "./connection/downloading";
import { redeemLink } from "./session";
import { Store } from "./store";
import type { Place } from "./surroundings";

declare global {
  /** Only the pages of webviews have it, and only once. */
  var acquireVsCodeApi: (() => Host) | undefined;
}

/** Drawn from the system's randomness; `crypto.randomUUID` is missing on pages that came over plain HTTP. */
function newClientKey(): string {
  return [...crypto.getRandomValues(new Uint8Array(16))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}

interface Page {
  readonly app: AppElement;
  readonly store: Store;
  readonly reading: Reading;
  readonly saying: Saying;
}

function assemble(connection: Connection, drawer: Drawer, place: Place): Page {
  const store = new Store();
  const reading = new Reading(connection, store);
  const saying = new Saying(connection, store, drawer, newClientKey);
  const following = new Following(connection, store, (journal) => {
    const before = saying.remember(journal);
    const { channels } = store.shown;
    const channel =
      channels.find(({ name }) => name === before) ?? channels.find(({ name }) => name === "#general");
    const first = channel ?? channels[0];
    if (first !== undefined) reading.open(first.name);
  });
  const app = document.createElement("chatbox-app");
  app.store = store;
  app.actions = {
    reading,
    saying,
    attaching: new Attaching(connection, store, newClientKey, () => {
      saying.keepSoon();
    }),
    fetching: new Fetching(connection),
    changing: new Changing(connection, store),
    directing: new Directing(connection, store),
    searching: new Searching(connection, store),
    voting: new Voting(connection, store),
    inviting: new Inviting(connection, store),
    hosting: new Hosting(connection, store),
    place,
    say: (text) => {
      store.say(text);
    },
  };
  document.body.append(app);
  window.addEventListener("pagehide", () => {
    reading.acknowledge();
    saying.keep();
  });
  new Delivering(connection, store).start();
  following.start();
  return { app, store, reading, saying };
}

function openSocket(address: URL, listener: Listener): Socket {
  const socket = new WebSocket(address);
  socket.addEventListener("open", () => {
    listener.opened();
  });
  socket.addEventListener("close", () => {
    listener.closed();
  });
  socket.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
    listener.heard(data);
  });
  return socket;
}

async function inBrowser(): Promise<void> {
  const refusal = await redeemLink(window.location, window.history, fetch.bind(window));
  const address = new URL("/ws", window.location.href);
  address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
  const connection = new WebSocketConnection((listener) => openSocket(address, listener), newClientKey);
  const hurry = (): void => {
    connection.hurry();
  };
  const { store } = assemble(connection, drawerOfTab(window.sessionStorage), {
    isEditor: false,
    hasFile: () => Promise.resolve(false),
    openFile: () => undefined,
    openLink: () => false,
    save: async (attachment) => {
      downloaded(attachment.name, await new Fetching(connection).content(attachment));
    },
    asksNatively: undefined,
    onDraft: () => undefined,
    hurry,
  });
  if (refusal !== undefined) store.say(refusal, true);
  window.addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") hurry();
  });
}

function inEditor(host: Host): void {
  const connection = new WebviewConnection(host, newClientKey);
  const files = new KnownFiles((paths) => connection.findFiles(paths));
  const place: Place = {
    isEditor: true,
    hasFile: (path) => files.has(path),
    openFile: ({ path, line, column, endLine }) => {
      host.postMessage({
        kind: "open-file",
        path,
        ...(line === undefined ? {} : { line }),
        ...(column === undefined ? {} : { column }),
        ...(endLine === undefined ? {} : { endLine }),
      });
    },
    openLink: (href) => {
      host.postMessage({ kind: "open-link", href });
      return true;
    },
    save: (attachment) => connection.saveAttachment(attachment),
    asksNatively: (wish) => {
      host.postMessage({ kind: "ask", wish });
    },
    onDraft: (text) => {
      host.postMessage({ kind: "draft", text });
    },
    hurry: () => {
      host.postMessage({ kind: "ready" });
    },
  };
  const drawer: Drawer = {
    read: () => host.getState(),
    write: (kept) => {
      host.setState(kept);
    },
  };
  const page = assemble(connection, drawer, place);
  const wishes: HostWish[] = [];
  connection.onWish = (wish) => {
    wishes.push(wish);
    fulfil(page, wishes);
  };
  page.store.watch(() => {
    fulfil(page, wishes);
  });
  window.addEventListener("message", ({ data }) => {
    connection.receive(data);
  });
  host.postMessage({ kind: "ready" });
}

/** Wishes that come before there is anything to show wait until there is. */
function fulfil({ app, store, reading, saying }: Page, wishes: HostWish[]): void {
  const { timeline } = store.shown;
  if (timeline === undefined) return;
  for (const wish of wishes.splice(0)) {
    switch (wish.kind) {
      case "navigate":
        // First the chat, which takes the focus; then the message, which has it in the end.
        app.show("chat");
        void app.updateComplete.then(() => {
          navigate(reading, wish, timeline.channel);
        });
        break;
      case "compose":
        appendToDraft(store, saying, timeline.channel, wish.text);
        app.show("chat");
        break;
      case "panel":
        app.show(wish.panel);
    }
  }
}

function navigate(reading: Reading, wish: { channel?: string; message?: number }, open: string): void {
  const channel = wish.channel ?? open;
  if (wish.message !== undefined) void reading.jumpToId(wish.message);
  else if (channel !== open) reading.open(channel);
}

function appendToDraft(store: Store, saying: Saying, channel: string, text: string): void {
  const before = store.shown.drafts[channel] ?? "";
  const gap = before === "" || /\s$/.test(before) ? "" : " ";
  saying.draft({ channel, thread: undefined }, before + gap + text);
}

const host = globalThis.acquireVsCodeApi?.();
if (host === undefined) void inBrowser();
else inEditor(host);
