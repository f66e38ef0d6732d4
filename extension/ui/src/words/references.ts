// What a text refers to: people, channels, messages, files. The rule for mentions is the server's own.
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "mention"; readonly text: string; readonly name: string }
  | { readonly kind: "channel"; readonly text: string; readonly channel: string; readonly position?: number }
  | FilePiece;

export interface FilePiece {
  readonly kind: "file";
  readonly text: string;
  readonly path: string;
  /** Lines and columns count from 1. */
  readonly line?: number;
  readonly column?: number;
  /** The last line of a range. */
  readonly endLine?: number;
}

export interface Known {
  /** The name as its owner writes it, or undefined. */
  nameOf(mention: string): string | undefined;
  hasChannel(channel: string): boolean;
}

const MENTION = String.raw`(?<![\w@/.])@([A-Za-z0-9][A-Za-z0-9._-]{0,63})`;
const CHANNEL = String.raw`(?<![\w#/&])(#[a-z0-9][a-z0-9-]{0,63})(?:\/(\d{1,15}))?`;
/** `:12`, `:12:3`, `:12-20`, `#L12`, `#L12-L20`: line, column, last line; line, last line. */
const SPOT = String.raw`(?::(\d{1,7})(?::(\d{1,5})|-(\d{1,7}))?|#L(\d{1,7})(?:-L?(\d{1,7}))?)`;
const LETTER = String.raw`[\p{L}\p{N}\p{M}_]`;
/** In a sentence a path holds no space, and only a line makes it one. */
const PATH = String.raw`(?<![\p{L}\p{N}_/.:@-])((?:\.{0,2}\/)?(?:[\p{L}\p{N}\p{M}_.-]+\/)*${LETTER}[\p{L}\p{N}\p{M}_.-]*\.[A-Za-z]\w{0,9})${SPOT}(?![\p{L}\p{N}_])`;

const REFERENCE = new RegExp(`${MENTION}|${CHANNEL}|${PATH}`, "gu");

/** Without one of these there is nothing to look for. */
const SIGNS = /[@#:]/;

/** A text that is nothing but a path: it may hold spaces. */
const FILE = new RegExp(
  String.raw`^((?:\.{0,2}\/)?(?:[\p{L}\p{N}\p{M}_.@ ()+,-]+\/)*[\p{L}\p{N}\p{M}_.@ ()+,-]*\.[A-Za-z]\w{0,9})${SPOT}?$`,
  "u",
);

/** `text` cut into pieces; their texts joined give `text` again. */
export function pieces(text: string, known: Known): readonly Piece[] {
  if (!SIGNS.test(text)) return [{ kind: "text", text }];
  const found: Piece[] = [];
  let end = 0;
  for (const match of text.matchAll(REFERENCE)) {
    const piece = pieceOf(match, known);
    if (piece === undefined) continue;
    if (match.index > end) found.push({ kind: "text", text: text.slice(end, match.index) });
    found.push(piece);
    end = match.index + piece.text.length;
  }
  if (end < text.length) found.push({ kind: "text", text: text.slice(end) });
  return found;
}

function pieceOf(match: RegExpExecArray, known: Known): Piece | undefined {
  const [text, mention, channel, position, path, ...spot] = match;
  if (mention !== undefined) {
    const name = known.nameOf(mention.replace(/\.+$/, ""));
    return name === undefined
      ? undefined
      : { kind: "mention", text: `@${mention.replace(/\.+$/, "")}`, name };
  }
  if (channel !== undefined) {
    if (!known.hasChannel(channel)) return undefined;
    return {
      kind: "channel",
      text,
      channel,
      ...(position === undefined ? {} : { position: Number(position) }),
    };
  }
  return path === undefined ? undefined : filePiece(text, path, spot);
}

/** `spot` as the expression for it captures it. */
function filePiece(text: string, path: string, spot: readonly (string | undefined)[]): FilePiece {
  const [line = spot[3], column, endLine = spot[4]] = spot;
  return {
    kind: "file",
    text,
    path,
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(column === undefined ? {} : { column: Number(column) }),
    ...(endLine === undefined ? {} : { endLine: Number(endLine) }),
  };
}

/** A whole text that names a file, as code often does: `src/parse.py`, `parse.py:42`. */
export function fileIn(text: string): FilePiece | undefined {
  const [, path, ...spot] = FILE.exec(text) ?? [];
  return path === undefined ? undefined : filePiece(text, path, spot);
}

const SCHEMES = /^(?:https?|mailto):/i;

/** Only these schemes become links, whoever wrote them. */
export const isSafeLink = (href: string): boolean => SCHEMES.test(href);

const TARGET_SPOT = new RegExp(`^(.*?)${SPOT}$`, "u");

/** A link target inside the workspace: `src/a.py`, `src/a.py:12`, `src/a.py#L12-L20`. */
export function fileOfLink(href: string): FilePiece | undefined {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i.test(href)) return undefined;
  const [, path, ...spot] = TARGET_SPOT.exec(href) ?? [];
  return path === undefined
    ? filePiece(unescaped(href), unescaped(href.replace(/#.*$/, "")), [])
    : filePiece(unescaped(href), unescaped(path), spot);
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
