// How a text is shown without surprises. Characters that nobody sees are made visible: who decides on a text must read what stands there, not what it looks like.

/** Controls, direction overrides, and the tag characters that only machines read. Joiners of emoji and scripts stay. */
const HIDDEN =
  // eslint-disable-next-line no-control-regex -- they are what is looked for
  /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\u{e0000}-\u{e007f}]/gu;

/** `text` with each hidden character as its number: "[U+202E]". */
export function revealed(text: string): string {
  return text.replace(HIDDEN, (character) => {
    const number = character.codePointAt(0) ?? 0;
    return `[U+${number.toString(16).toUpperCase().padStart(4, "0")}]`;
  });
}

const SHOWN_CHARACTERS = 400;

/** The beginning of a Markdown text in one line, without its marks. */
export function oneLine(text: string): string {
  const plain = text
    .slice(0, SHOWN_CHARACTERS)
    .replace(/^[\s>#]+/gm, " ")
    .replace(/[`*]+/g, "");
  return revealed(plain.replace(/\s+/g, " ").trim());
}
