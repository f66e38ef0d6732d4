// The words of a search, and the part of a text that shows why it was found.
import { revealed } from "./plainly";

export interface Piece {
  readonly text: string;
  readonly isHit: boolean;
}

/** What can be typed besides words: the beginning of it, and what it finds. */
export const OPERATORS: readonly (readonly [operator: string, about: string])[] = [
  ["from:", "who said it: from:ada"],
  ["in:", "where: in:#general"],
  ["after:", "after a day: after:2026-11-20"],
  ["before:", "before a day: before:2026-11-20"],
  ["on:", "on a day: on:2026-11-20"],
  ["has:", "has:attachment, image, approval, code, link, replies or mention"],
  [
    "is:",
    "is:open, closed, resolved, unresolved, pinned, edited, approved, denied, accepted, rejected, chat, post or reply",
  ],
  ['"', 'words in this order: "the second parser"'],
  ["-", "without a word: -draft"],
];

const PIECE = /(-?)(?:([A-Za-z]+):)?(?:"([^"]*)"|(\S+))/g;
const BEFORE_CHARACTERS = 60;
const SHOWN_CHARACTERS = 240;

/** The words and phrases that a hit holds, in small letters. */
export function wordsOf(query: string): readonly string[] {
  const words: string[] = [];
  for (const [, minus, operator, phrase, word] of query.matchAll(PIECE)) {
    if (minus !== "" || operator !== undefined) continue;
    const text = (phrase ?? word ?? "").toLowerCase();
    if (text !== "") words.push(text);
  }
  return words;
}

/** One line of `text` around its first hit, cut where the hits begin and end. */
export function excerpt(text: string, words: readonly string[]): readonly Piece[] {
  const line = text.replace(/[`*]+/g, "").replace(/\s+/g, " ").trim();
  const first = nextHit(line, words, 0);
  const from = first === undefined ? 0 : wordBefore(line, first.from - BEFORE_CHARACTERS, first.from);
  const shown = line.slice(from, from + SHOWN_CHARACTERS);
  const start = from > 0 ? "… " : "";
  const end = from + SHOWN_CHARACTERS < line.length ? " …" : "";
  return piecesOf(start + shown + end, words);
}

/** Where the first whole word behind `from` begins, but not behind `end`. */
function wordBefore(line: string, from: number, end: number): number {
  if (from <= 0) return 0;
  const space = line.indexOf(" ", from);
  return space < 0 || space >= end ? from : space + 1;
}

export function piecesOf(text: string, words: readonly string[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let at = 0;
  for (let hit = nextHit(text, words, 0); hit; hit = nextHit(text, words, hit.to)) {
    if (hit.from > at) pieces.push({ text: revealed(text.slice(at, hit.from)), isHit: false });
    pieces.push({ text: revealed(text.slice(hit.from, hit.to)), isHit: true });
    at = hit.to;
  }
  if (at < text.length) pieces.push({ text: revealed(text.slice(at)), isHit: false });
  return pieces;
}

/** The hit that comes first from `start` on, and of those there the longest. */
function nextHit(
  text: string,
  words: readonly string[],
  start: number,
): { from: number; to: number } | undefined {
  const small = text.toLowerCase();
  // A letter whose small form is longer would shift every place behind it.
  if (small.length !== text.length) return undefined;
  let best: { from: number; to: number } | undefined;
  for (const word of words) {
    const from = small.indexOf(word, start);
    if (from < 0) continue;
    const isBetter =
      best === undefined || from < best.from || (from === best.from && from + word.length > best.to);
    if (isBetter) best = { from, to: from + word.length };
  }
  return best;
}
