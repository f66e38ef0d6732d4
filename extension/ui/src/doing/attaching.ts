// Files for a message: read, named by their digest, and sent piece by piece, one file after the other. A lost connection
// only delays a piece; whoever has the pieces says where to go on.
import type { Connection } from "#protocol/connection";
import type { Attached } from "#protocol/types.gen";
import { toBase64 } from "../connection/base64";
import { draftKey } from "../state/shown";
import type { Upload } from "../state/uploads";
import {
  NO_UPLOADS,
  UPLOADS_MAX,
  UPLOAD_BYTES_MAX,
  attachedBy,
  fittingName,
  uploadOf,
  withUpload,
  withUploads,
} from "../state/uploads";
import type { Store } from "../store";
import { sentenceOf } from "../store";
import { sizeWords } from "../words/sizes";
import type { Target } from "./saying";

const PIECE_BYTES = 131_072;
/** So often the other side may have lost what it had (it began anew); after that something is wrong. */
const SETBACKS_MAX = 3;

export class Attaching {
  readonly #files = new Map<string, Blob>();
  #queue: Promise<void> = Promise.resolve();

  constructor(
    private readonly connection: Connection,
    private readonly store: Store,
    private readonly newKey: () => string,
    /** What is attached changed: it outlives the page as drafts do. */
    private readonly onChange: () => void,
  ) {}

  /** Add files to what is being written. What does not fit is said, and changes nothing else. */
  add(target: Target, files: readonly File[]): void {
    const draft = draftKey(target.channel, target.thread);
    const before = this.store.shown.uploads[draft] ?? NO_UPLOADS;
    const fitting = files.filter(({ size }) => size <= UPLOAD_BYTES_MAX);
    const taken = fitting.slice(0, UPLOADS_MAX - before.length);
    const added = taken.map((file) => this.#begin(file));
    if (added.length > 0) this.#set(draft, [...before, ...added]);
    const refusal = whyNotAll(files, fitting, taken);
    if (refusal !== undefined) this.store.say(refusal, true);
    for (const { key } of added) this.#enqueue(key);
  }

  again(key: string): void {
    this.#change(key, { error: undefined });
    this.#enqueue(key);
  }

  remove(target: Target, key: string): void {
    this.#files.delete(key);
    const draft = draftKey(target.channel, target.thread);
    const uploads = this.store.shown.uploads[draft] ?? NO_UPLOADS;
    this.#set(
      draft,
      uploads.filter((one) => one.key !== key),
    );
  }

  /** What the message names; the composer is empty afterwards. */
  take(target: Target): readonly Attached[] {
    const draft = draftKey(target.channel, target.thread);
    const uploads = this.store.shown.uploads[draft] ?? NO_UPLOADS;
    for (const { key } of uploads) this.#files.delete(key);
    if (uploads.length > 0) this.#set(draft, NO_UPLOADS);
    return attachedBy(uploads);
  }

  #begin(file: File): Upload {
    const key = this.newKey();
    this.#files.set(key, file);
    return {
      key,
      name: fittingName(file.name),
      size: file.size,
      sha256: undefined,
      received: 0,
      mediaType: undefined,
      error: undefined,
    };
  }

  /** One after the other: what one says meanwhile does not wait behind all of them. */
  #enqueue(key: string): void {
    this.#queue = this.#queue.then(async () => {
      try {
        await this.#send(key);
      } catch (error) {
        this.#change(key, { error: whatToDo(error) });
      }
    });
  }

  async #send(key: string): Promise<void> {
    const file = this.#files.get(key);
    if (file === undefined) return;
    const sha256 = this.#known(key)?.sha256 ?? (await digestOf(file));
    this.#change(key, { sha256 });
    let received = 0;
    let setbacks = 0;
    while (this.#files.has(key)) {
      const piece = file.slice(received, received + PIECE_BYTES);
      const data = toBase64(new Uint8Array(await piece.arrayBuffer()));
      const answer = await this.connection.call("attach", {
        sha256,
        size: file.size,
        offset: received,
        data,
      });
      if (answer.media_type !== null) {
        this.#files.delete(key);
        this.#change(key, { received: file.size, mediaType: answer.media_type });
        this.onChange();
        return;
      }
      if (answer.received <= received) setbacks += 1;
      if (setbacks > SETBACKS_MAX) throw new Error("ChatBox did not keep what it was sent. Try it again.");
      received = answer.received;
      this.#change(key, { received });
    }
  }

  #known(key: string): Upload | undefined {
    return uploadOf(this.store.shown.uploads, key);
  }

  #change(key: string, fields: Partial<Upload>): void {
    if (this.#known(key) === undefined) return;
    this.store.update({ uploads: withUpload(this.store.shown.uploads, key, fields) });
  }

  #set(draft: string, uploads: readonly Upload[]): void {
    this.store.update({ uploads: withUploads(this.store.shown.uploads, draft, uploads) });
    this.onChange();
  }
}

function whyNotAll(
  files: readonly File[],
  fitting: readonly File[],
  taken: readonly File[],
): string | undefined {
  const large = files.find((file) => !fitting.includes(file));
  if (large !== undefined) {
    const limit = sizeWords(UPLOAD_BYTES_MAX);
    return `${large.name} has ${sizeWords(large.size)}, and a file has at most ${limit}. Attach a part of it, or say where it is.`;
  }
  if (taken.length < fitting.length)
    return `A message has at most ${UPLOADS_MAX} files. Send the others with another message.`;
  return undefined;
}

async function digestOf(file: Blob): Promise<string> {
  // Browsers have it only where nobody on the way can change the page.
  if (!("subtle" in crypto))
    throw new Error("Files can be attached only over HTTPS, or on the machine that ChatBox runs on.");
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Files that are gone or changed since they were chosen cannot be read any more, and browsers do not say so plainly. */
function whatToDo(error: unknown): string {
  return error instanceof DOMException
    ? "It cannot be read any more. Take it away, and attach it again."
    : sentenceOf(error);
}
