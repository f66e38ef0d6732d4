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
  readonly line?: number;
  readonly column?: number;
}

export interface Known {
  /** The name as its owner writes it, or undefined. */
  nameOf(mention: string): string | undefined;
  hasChannel(channel: string): boolean;
}

const REFERENCE =
  /(?<![\w@/.])@([A-Za-z0-9][A-Za-z0-9._-]{0,63})|(?<![\w#/&])(#[a-z0-9][a-z0-9-]{0,63})(?:\/(\d{1,15}))?|(?<![\w/.:@-])((?:[\w.-]+\/)*[\w-][\w.-]*\.[A-Za-z]\w{0,9}):(\d{1,7})(?::(\d{1,5}))?/g;

/** Without one of these there is nothing to look for. */
const SIGNS = /[@#:]/;

const FILE = /^((?:\.{0,2}\/)?(?:[\w.@-]+\/)*[\w.@-]+\.[A-Za-z]\w{0,9})(?::(\d{1,7})(?::(\d{1,5}))?)?$/;

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
  const [text, mention, channel, position, path, line, column] = match;
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
  return path === undefined ? undefined : filePiece(text, path, line, column);
}

function filePiece(
  text: string,
  path: string,
  line: string | undefined,
  column: string | undefined,
): FilePiece {
  return {
    kind: "file",
    text,
    path,
    ...(line === undefined ? {} : { line: Number(line) }),
    ...(column === undefined ? {} : { column: Number(column) }),
  };
}

/** A whole text that names a file, as code often does: `src/parse.py`, `parse.py:42`. */
export function fileIn(text: string): FilePiece | undefined {
  const match = FILE.exec(text);
  const path = match?.[1];
  return path === undefined ? undefined : filePiece(text, path, match?.[2], match?.[3]);
}

const SCHEMES = /^(?:https?|mailto):/i;

/** Only these schemes become links, whoever wrote them. */
export const isSafeLink = (href: string): boolean => SCHEMES.test(href);

/** A link target inside the workspace: `src/a.py`, `src/a.py#L12`. */
export function fileOfLink(href: string): FilePiece | undefined {
  if (/^(?:[a-z][a-z0-9+.-]*:|\/\/|#)/i.test(href)) return undefined;
  const [path = "", fragment = ""] = href.split("#");
  return filePiece(href, unescaped(path), /^L(\d{1,7})$/.exec(fragment)?.[1], undefined);
}

function unescaped(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}
