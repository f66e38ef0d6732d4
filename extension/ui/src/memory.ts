// What outlives a reload: drafts, what was not sent yet, and where one was. Bound to a journal: another workspace on the
// same address starts afresh.
import { isShape } from "#protocol/bridge";
import type { Outgoing } from "./state/outbox";

export interface Kept {
  readonly journal: string;
  readonly channel: string | undefined;
  readonly drafts: Readonly<Record<string, string>>;
  readonly outbox: readonly Outgoing[];
}

/** Where it is kept: the browser's session storage, or the state of a webview. */
export interface Drawer {
  read(): unknown;
  write(kept: Kept): void;
}

const STORAGE_KEY = "chatbox";

/** Session storage survives a reload and a crash of the tab, and is not shared with other tabs. */
export function drawerOfTab(storage: Pick<Storage, "getItem" | "setItem">): Drawer {
  return {
    read: () => parsed(storage.getItem(STORAGE_KEY)),
    write: (kept) => {
      try {
        storage.setItem(STORAGE_KEY, JSON.stringify(kept));
      } catch {
        // The quota is spent or storage is off: drafts then live as long as the page.
      }
    },
  };
}

/** What was kept for `journal`; damaged parts are left out. */
export function remembered(drawer: Drawer, journal: string): Kept {
  const value = drawer.read();
  if (!isShape(value) || value["journal"] !== journal) {
    return { journal, channel: undefined, drafts: {}, outbox: [] };
  }
  const { channel, drafts, outbox } = value;
  return {
    journal,
    channel: typeof channel === "string" ? channel : undefined,
    drafts: isShape(drafts) ? textsOf(drafts) : {},
    outbox: Array.isArray(outbox) ? outbox.flatMap(outgoingOf) : [],
  };
}

function parsed(text: string | null): unknown {
  if (text === null) return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function textsOf(drafts: Record<string, unknown>): Record<string, string> {
  const texts: Record<string, string> = {};
  for (const [key, text] of Object.entries(drafts)) if (typeof text === "string") texts[key] = text;
  return texts;
}

function outgoingOf(value: unknown): readonly Outgoing[] {
  if (!isShape(value)) return [];
  const { key, channel, thread, body, at, refusal } = value;
  if (typeof key !== "string" || typeof channel !== "string" || typeof body !== "string") return [];
  return [
    {
      key,
      channel,
      thread: typeof thread === "number" ? thread : undefined,
      body,
      at: typeof at === "number" ? at : 0,
      message: undefined,
      refusal: typeof refusal === "string" ? refusal : undefined,
    },
  ];
}
