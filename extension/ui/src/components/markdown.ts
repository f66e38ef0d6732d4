// Markdown to templates, token by token. No HTML string is ever made: whatever an author writes stays text.
import type { TemplateResult } from "lit";
import { html } from "lit";
import MarkdownIt from "markdown-it";
import type { Token } from "markdown-it";
import type { Reading } from "../doing/reading";
import type { Place, Surroundings } from "../surroundings";
import { kindIn } from "../surroundings";
import { revealed } from "../words/plainly";
import type { FilePiece, Known, Piece } from "../words/references";
import { fileIn, fileOfLink, isSafeLink, pieces } from "../words/references";
import { nameTag } from "./names";
import "./code";
import "./file";

type Rendered = TemplateResult | string | readonly Rendered[];

interface Branch {
  readonly token: Token;
  readonly children: Branch[];
}

/** What rendering needs of the surroundings; the page of a password room has nothing more. */
export interface Around extends Pick<Surroundings, "kinds" | "channels"> {
  /** Where names have other colours than their own. */
  readonly colours?: ReadonlyMap<string, number>;
  readonly actions: {
    readonly place: Pick<Place, "isEditor" | "hasFile" | "openFile" | "openLink">;
    readonly reading: Pick<Reading, "open" | "jumpToPosition">;
  };
}

const NESTING_MAX = 50;

const parser = new MarkdownIt({ html: false, linkify: true, breaks: true, maxNesting: NESTING_MAX });
// Definitions of references would be swallowed: whatever stands in a text is shown.
parser.disable("reference");
parser.validateLink = (href) => isSafeLink(href) || fileOfLink(href) !== undefined;
// Without a scheme "parse.py" would be a site in Paraguay.
parser.linkify.set({ fuzzyLink: false, fuzzyEmail: false, fuzzyIP: false });

/** Nothing of `text` is left out: what Markdown would drop, nested too deeply, is shown as it was written. */
export function renderMarkdown(text: string, surroundings: Around): TemplateResult {
  const visible = revealed(text);
  const tokens = parser.parse(visible, {});
  if (tokens.some(({ level }) => level >= NESTING_MAX - 2)) return html`<p class="raw">${visible}</p>`;
  return html`${new Drawing(surroundings).all(treeOf(tokens))}`;
}

/** Markdown marks the ends of things; a tree is easier to draw. */
function treeOf(tokens: readonly Token[]): readonly Branch[] {
  const root: Branch[] = [];
  const open = [root];
  for (const token of tokens) {
    if (token.nesting < 0) {
      open.pop();
      continue;
    }
    const branch: Branch = { token, children: [] };
    open.at(-1)?.push(branch);
    if (token.nesting > 0) open.push(branch.children);
    else if (token.children) branch.children.push(...treeOf(token.children));
  }
  return root;
}

class Drawing {
  readonly #known: Known;

  constructor(private readonly surroundings: Around) {
    const { kinds, channels } = surroundings;
    this.#known = {
      nameOf: (mention) => [...kinds.keys()].find((name) => name.toLowerCase() === mention.toLowerCase()),
      hasChannel: (channel) => channels.includes(channel),
    };
  }

  all(branches: readonly Branch[]): readonly Rendered[] {
    return branches.map((branch) => this.#one(branch));
  }

  #one({ token, children }: Branch): Rendered {
    const inner = (): readonly Rendered[] => this.all(children);
    switch (token.type) {
      case "text":
        return pieces(token.content, this.#known).map((piece) => this.#piece(piece));
      case "inline":
        return inner();
      case "softbreak":
      case "hardbreak":
        return html`<br />`;
      case "code_inline":
        return this.#inlineCode(token.content);
      case "fence":
      case "code_block":
        return code(token);
      case "paragraph_open":
        return token.hidden ? inner() : html`<p dir="auto">${inner()}</p>`;
      case "list_item_open":
        return item(taskIn(children), inner());
      case "link_open":
        return this.#link(token, inner());
      case "image":
        return this.#link(token, inner());
      default:
        return block(token, inner());
    }
  }

  #inlineCode(text: string): TemplateResult {
    const file = this.surroundings.actions.place.isEditor ? fileIn(text) : undefined;
    if (file?.path.includes("/") || file?.line !== undefined) return this.#file(file, { isCode: true });
    return html`<code>${text}</code>`;
  }

  /** Images, too, are links: showing one would tell its server who reads this. */
  #link(token: Token, inner: readonly Rendered[]): Rendered {
    const href = String(token.attrGet("href") ?? token.attrGet("src") ?? "");
    const file = fileOfLink(href);
    const words = inner.length === 0 ? [href] : inner;
    if (file !== undefined) return this.#file(file, { words });
    if (!isSafeLink(href)) return words;
    const follow = (event: Event): void => {
      if (!this.surroundings.actions.place.openLink(href)) return;
      // A webview follows links by itself, too: once is enough.
      event.preventDefault();
      event.stopPropagation();
    };
    return html`<a href=${href} title=${href} target="_blank" rel="noopener noreferrer" @click=${follow}
      >${words}</a
    >`;
  }

  #piece(piece: Piece): Rendered {
    switch (piece.kind) {
      case "text":
        return piece.text;
      case "mention":
        return html`<span class="mention"
          >${nameTag(
            piece.name,
            kindIn(this.surroundings, piece.name),
            this.surroundings.colours?.get(piece.name),
          )}</span
        >`;
      case "channel":
        return this.#channel(piece.text, piece.channel, piece.position);
      case "file":
        return this.#file(piece);
    }
  }

  #channel(text: string, channel: string, position: number | undefined): TemplateResult {
    const { reading } = this.surroundings.actions;
    const go = (): void => {
      if (position === undefined) reading.open(channel);
      else void reading.jumpToPosition(channel, position);
    };
    return html`<button class="reference" type="button" @click=${go}>${text}</button>`;
  }

  #file(file: FilePiece, written: { words?: Rendered; isCode?: boolean } = {}): TemplateResult {
    return html`<cb-file
      .file=${file}
      .words=${written.words}
      .isCode=${written.isCode ?? false}
      .place=${this.surroundings.actions.place}
    ></cb-file>`;
  }
}

/** Only the first word behind the fence is the language; the others would be invisible. */
function code(token: Token): TemplateResult {
  const [language = "", ...others] = token.info.trim().split(/\s+/);
  const rest = others.length === 0 ? "" : html`<p>${others.join(" ")}</p>`;
  return html`${rest}<cb-code .text=${token.content} .language=${language}></cb-code>`;
}

/** A box at the start of a list's item is taken out of its text, to be drawn. */
function taskIn([paragraph]: readonly Branch[]): "done" | "to do" | undefined {
  const first = paragraph?.children[0]?.children[0]?.token;
  const found = first?.type === "text" ? /^\[([ xX])\] /.exec(first.content) : null;
  if (first === undefined || found === null) return undefined;
  first.content = first.content.slice(found[0].length);
  return found[1] === " " ? "to do" : "done";
}

function item(task: "done" | "to do" | undefined, inner: readonly Rendered[]): TemplateResult {
  if (task === undefined) return html`<li>${inner}</li>`;
  const box = html`<span class="box" role="img" aria-label=${task}>${task === "done" ? "☑" : "☐"}</span>`;
  return html`<li class="task">${box}${inner}</li>`;
}

function block(token: Token, inner: readonly Rendered[]): Rendered {
  switch (token.type) {
    case "strong_open":
      return html`<strong>${inner}</strong>`;
    case "em_open":
      return html`<em>${inner}</em>`;
    case "s_open":
      return html`<s>${inner}</s>`;
    case "blockquote_open":
      return html`<blockquote dir="auto">${inner}</blockquote>`;
    case "bullet_list_open":
      return html`<ul dir="auto">
        ${inner}
      </ul>`;
    case "ordered_list_open":
      return html`<ol dir="auto" start=${token.attrGet("start") ?? 1}>
        ${inner}
      </ol>`;
    // A message is no document: its headings must not stand in the page's outline.
    case "heading_open":
      return html`<p class="heading ${token.tag}" dir="auto">${inner}</p>`;
    case "hr":
      return html`<hr />`;
    default:
      return table(token, inner);
  }
}

function table(token: Token, inner: readonly Rendered[]): Rendered {
  const side = String(token.attrGet("style") ?? "left").replace("text-align:", "");
  switch (token.type) {
    case "table_open":
      return html`<div class="table" tabindex="0" role="group" aria-label="Table">
        <table>
          ${inner}
        </table>
      </div>`;
    case "thead_open":
      return html`<thead>
        ${inner}
      </thead>`;
    case "tbody_open":
      return html`<tbody>
        ${inner}
      </tbody>`;
    case "tr_open":
      return html`<tr>
        ${inner}
      </tr>`;
    case "th_open":
      return html`<th class=${side} dir="auto">${inner}</th>`;
    case "td_open":
      return html`<td class=${side} dir="auto">${inner}</td>`;
    default:
      return inner.length > 0 ? inner : token.content;
  }
}
