// What the composer offers to complete: names after @, channels after #, at the place of the cursor.
export interface Asked {
  readonly sign: "@" | "#";
  /** What was typed behind the sign, in lower case. */
  readonly start: string;
  /** Where the sign stands in the text. */
  readonly from: number;
}

const ASKED = /(?<![\w@#/.])([@#])([A-Za-z0-9._-]{0,63})$/;
const OFFERED_MAX = 8;

/** What is being typed right before `cursor`, if it can be completed. */
export function askedAt(text: string, cursor: number): Asked | undefined {
  const match = ASKED.exec(text.slice(0, cursor));
  if (match === null) return undefined;
  const sign = match[1] === "@" ? "@" : "#";
  return { sign, start: (match[2] ?? "").toLowerCase(), from: match.index };
}

/** Those that begin with what was typed, then those that hold it. */
export function offered(asked: Asked, names: readonly string[]): readonly string[] {
  const bare = (name: string): string => name.replace(/^#/, "").toLowerCase();
  const beginning = names.filter((name) => bare(name).startsWith(asked.start));
  const holding = names.filter(
    (name) => !bare(name).startsWith(asked.start) && bare(name).includes(asked.start),
  );
  return [...beginning, ...holding].slice(0, OFFERED_MAX);
}

/** The text with the choice in place of what was typed, and where the cursor goes. */
export function completed(
  text: string,
  cursor: number,
  asked: Asked,
  choice: string,
): { readonly text: string; readonly cursor: number } {
  const word = asked.sign === "@" ? `@${choice} ` : `${choice} `;
  const rest = text
    .slice(cursor)
    .replace(/^[A-Za-z0-9._-]+/, "")
    .replace(/^ /, "");
  return { text: text.slice(0, asked.from) + word + rest, cursor: asked.from + word.length };
}
