// What outlives a reload: drafts, what was not sent yet, and where one was. Bound to a journal: another workspace on the
// same address starts afresh.
import { isShape } from "#protocol/bridge";
import type { Attached } from "#protocol/types.gen";
import type { Outgoing } from "./state/outbox";
import type { Upload, UploadsByDraft } from "./state/uploads";
import { stateOf, withUploads } from "./state/uploads";

export interface Kept {
  readonly journal: string;
  readonly channel: string | undefined;
  readonly drafts: Readonly<Record<string, string>>;
  /** Files that are wholly on the other side; of others the page had the only bytes. */
  readonly uploads: UploadsByDraft;
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
    return { journal, channel: undefined, drafts: {}, uploads: {}, outbox: [] };
  }
  const { channel, drafts, uploads, outbox } = value;
  return {
    journal,
    channel: typeof channel === "string" ? channel : undefined,
    drafts: isShape(drafts) ? textsOf(drafts) : {},
    uploads: isShape(uploads) ? uploadsOf(uploads) : {},
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

/** Only what needs no more bytes. */
export function lasting(uploads: UploadsByDraft): UploadsByDraft {
  return Object.entries(uploads).reduce<UploadsByDraft>(
    (kept, [draft, all]) =>
      withUploads(
        kept,
        draft,
        all.filter((one) => stateOf(one) === "done"),
      ),
    {},
  );
}

function uploadsOf(uploads: Record<string, unknown>): UploadsByDraft {
  return lasting(
    Object.fromEntries(
      Object.entries(uploads).map(([draft, all]) => [draft, Array.isArray(all) ? all.flatMap(uploadOf) : []]),
    ),
  );
}

function uploadOf(value: unknown): readonly Upload[] {
  if (!isShape(value)) return [];
  const { key, name, size, sha256, mediaType } = value;
  if (typeof key !== "string" || typeof name !== "string" || typeof size !== "number") return [];
  if (typeof sha256 !== "string" || typeof mediaType !== "string") return [];
  return [{ key, name, size, sha256, received: size, mediaType, error: undefined }];
}

function attachedOf(value: unknown): readonly Attached[] {
  if (!isShape(value)) return [];
  const { sha256, name } = value;
  return typeof sha256 === "string" && typeof name === "string" ? [{ sha256, name }] : [];
}

function outgoingOf(value: unknown): readonly Outgoing[] {
  if (!isShape(value)) return [];
  const { key, channel, thread, body, attachments, at, refusal } = value;
  if (typeof key !== "string" || typeof channel !== "string" || typeof body !== "string") return [];
  return [
    {
      key,
      channel,
      thread: typeof thread === "number" ? thread : undefined,
      body,
      attachments: Array.isArray(attachments) ? attachments.flatMap(attachedOf) : [],
      at: typeof at === "number" ? at : 0,
      message: undefined,
      refusal: typeof refusal === "string" ? refusal : undefined,
    },
  ];
}
