// Files on their way to a message that is being written: pure, so that a test can tell any story.
import type { Attached } from "#protocol/types.gen";

export interface Upload {
  /** Names it on this page. */
  readonly key: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** Known once the file was read. */
  readonly sha256: string | undefined;
  /** How many of its bytes are on the other side. */
  readonly received: number;
  /** What was found in it: known once all of it is on the other side. */
  readonly mediaType: string | undefined;
  /** Why it does not go on, until it is tried again or taken away. */
  readonly error: string | undefined;
}

export type Uploads = readonly Upload[];

/** By composer, as drafts are. */
export type UploadsByDraft = Readonly<Record<string, Uploads>>;

export const NO_UPLOADS: Uploads = [];
export const UPLOADS_MAX = 10;
export const UPLOAD_BYTES_MAX = 10 * 1024 * 1024;
const NAME_CHARACTERS_MAX = 200;

export type UploadState = "sending" | "done" | "failed";

export function stateOf({ mediaType, error }: Upload): UploadState {
  if (error !== undefined) return "failed";
  return mediaType === undefined ? "sending" : "done";
}

/** 0 … 100, in whole steps. */
export function percentOf({ received, size }: Upload): number {
  return size === 0 ? 100 : Math.floor((received / size) * 100);
}

/** The uploads of one composer are `uploads` from now on. */
export function withUploads(all: UploadsByDraft, draft: string, uploads: Uploads): UploadsByDraft {
  const others = Object.entries(all).filter(([key]) => key !== draft);
  return Object.fromEntries(uploads.length === 0 ? others : [...others, [draft, uploads]]);
}

/** The upload `key` changed, in whichever composer it is. */
export function withUpload(all: UploadsByDraft, key: string, fields: Partial<Upload>): UploadsByDraft {
  return Object.fromEntries(
    Object.entries(all).map(([draft, uploads]) => [
      draft,
      uploads.map((one) => (one.key === key ? { ...one, ...fields } : one)),
    ]),
  );
}

export const uploadOf = (all: UploadsByDraft, key: string): Upload | undefined =>
  Object.values(all)
    .flat()
    .find((one) => one.key === key);

/** What a message names, in the order in which it was added. Only what is wholly on the other side counts. */
export function attachedBy(uploads: Uploads): readonly Attached[] {
  return uploads.flatMap((one) =>
    stateOf(one) === "done" && one.sha256 !== undefined ? [{ sha256: one.sha256, name: one.name }] : [],
  );
}

/** Why the message cannot be sent yet; undefined when it can. */
export function whyNotSend(uploads: Uploads): string | undefined {
  const states = uploads.map(stateOf);
  if (states.includes("failed")) return "A file was not sent: try it again, or take it away.";
  if (states.includes("sending")) return "A file is still on its way. Send the message when it is there.";
  return undefined;
}

/** Folders, control characters and what reorders a text are no part of a name. */
// eslint-disable-next-line no-control-regex -- exactly those are to go
const UNFIT = /[/\\\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g;

export function fittingName(name: string): string {
  const fit = name.replace(UNFIT, "").trim();
  if (fit.replace(/[ .]/g, "") === "") return "file";
  if (fit.length <= NAME_CHARACTERS_MAX) return fit;
  const ending = /\.[^.]{1,20}$/.exec(fit)?.[0] ?? "";
  return fit.slice(0, NAME_CHARACTERS_MAX - ending.length) + ending;
}

/** A message needs words; without any it says what is attached. */
export const bodyOf = (text: string, attached: readonly Attached[]): string =>
  text.trim() === "" ? attached.map(({ name }) => name).join(", ") : text.trim();
