// What can be done with a message: a few buttons beside it, and everything in a menu for mouse, keyboard and fingers.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { MessageView } from "#protocol/types.gen";
import { doableWith } from "../state/shown";
import type { Surroundings } from "../surroundings";
import { may } from "../surroundings";
import { copyText } from "./code";
import type { IconName } from "./icons";
import { icon } from "./icons";
import { menuStyles } from "./menu-styles";
import { base, buttons } from "./styles";

/** What needs more words, and happens in the message itself. */
export type Asking = "close" | "edit" | "remove";

interface Item {
  readonly icon: IconName;
  readonly words: string;
  act(): void;
}

const GAP_PIXELS = 4;

@customElement("cb-message-actions")
export class MessageActionsElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, menuStyles];

  @property({ attribute: false }) message: MessageView | undefined;
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @property({ type: Boolean }) isInThread = false;
  /** Its question waits for an answer: the words stay until then. */
  @property({ type: Boolean }) isAsking = false;
  @state() private isOpen = false;
  @query(".menu") private menu: HTMLElement | null | undefined;
  @query(".opener") private opener: HTMLElement | null | undefined;

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#forgetPage();
  }

  open(): void {
    if (this.isOpen) return;
    this.isOpen = true;
    void this.updateComplete.then(() => {
      this.#place();
      this.menu?.querySelector<HTMLElement>("button")?.focus();
    });
    // What it belongs to moves away under it.
    document.addEventListener("scroll", this.#dismiss, { capture: true, passive: true });
    window.addEventListener("resize", this.#dismiss);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { message, surroundings } = this;
    if (message === undefined || surroundings === undefined) return nothing;
    const canReply = !this.isInThread && may(surroundings, "post");
    return html`${canReply ? this.#tool("reply", "Reply in thread", this.#reply) : nothing}
      ${this.#tool("link", `Copy reference ${referenceOf(message)}`, this.#copyReference)}
      <button
        class="bare opener"
        type="button"
        title="More"
        aria-label="More actions"
        aria-haspopup="menu"
        aria-keyshortcuts="Shift+F10"
        aria-expanded=${this.isOpen}
        @click=${() => {
          this.open();
        }}
      >
        ${icon("more")}
      </button>
      ${this.isOpen ? this.#list(message, surroundings) : nothing}`;
  }

  #tool(name: IconName, label: string, act: () => void): TemplateResult {
    return html`<button class="bare" type="button" title=${label} aria-label=${label} @click=${act}>
      ${icon(name)}
    </button>`;
  }

  #list(message: MessageView, surroundings: Surroundings): TemplateResult {
    return html`<div
      class="menu"
      role="menu"
      popover="auto"
      aria-label="Message actions"
      @keydown=${this.#keys}
      @toggle=${this.#toggled}
    >
      ${this.#items(message, surroundings).map(
        (item) =>
          html`<button
            type="button"
            role="menuitem"
            tabindex="-1"
            @click=${() => {
              this.#close();
              item.act();
            }}
          >
            ${icon(item.icon)}<span>${item.words}</span>
          </button>`,
      )}
    </div>`;
  }

  #items(message: MessageView, surroundings: Surroundings): readonly Item[] {
    const { changing } = surroundings.actions;
    const doable = doableWith(surroundings.me, message);
    const canReply = !this.isInThread && may(surroundings, "post");
    const canRemove = may(surroundings, "manage") && message.body !== null && !this.isAsking;
    const pin = (): void => {
      changing.pin(message);
    };
    const resolve = (): void => {
      changing.resolve(message);
    };
    const ask = (asking: Asking) => (): void => {
      this.dispatchEvent(new CustomEvent<Asking>("cb-ask", { detail: asking }));
    };
    const items: readonly (Item | false)[] = [
      canReply && { icon: "reply", words: "Reply in thread", act: this.#reply },
      doable.has("pin") && { icon: "pin", words: message.pinned ? "Unpin" : "Pin to the channel", act: pin },
      doable.has("resolve") && {
        icon: message.resolved ? "retry" : "check",
        words: message.resolved ? "Not resolved after all" : "Mark as resolved",
        act: resolve,
      },
      doable.has("close") && { icon: "closed", words: "Close with a resolution…", act: ask("close") },
      doable.has("edit") && { icon: "edit", words: "Edit…", act: ask("edit") },
      { icon: "link", words: `Copy ${referenceOf(message)}`, act: this.#copyReference },
      canRemove && { icon: "remove", words: "Remove this text…", act: ask("remove") },
    ];
    return items.filter((item) => item !== false);
  }

  /** Below its button, or above where there is no room; never beyond the page. */
  #place(): void {
    const { menu, opener } = this;
    if (!menu || !opener) return;
    if ("showPopover" in menu) menu.showPopover();
    const button = opener.getBoundingClientRect();
    const { width, height } = menu.getBoundingClientRect();
    const below = button.bottom + GAP_PIXELS;
    const isRoom = below + height + GAP_PIXELS <= window.innerHeight;
    const top = isRoom ? below : Math.max(GAP_PIXELS, button.top - height - GAP_PIXELS);
    const right = Math.min(button.right, window.innerWidth - GAP_PIXELS);
    menu.style.top = `${top}px`;
    menu.style.left = `${Math.max(GAP_PIXELS, right - width)}px`;
  }

  #close(): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.#forgetPage();
    this.opener?.focus();
  }

  #forgetPage(): void {
    document.removeEventListener("scroll", this.#dismiss, { capture: true });
    window.removeEventListener("resize", this.#dismiss);
  }

  readonly #dismiss = (event: Event): void => {
    if (event.composedPath()[0] === this.menu) return;
    this.isOpen = false;
    this.#forgetPage();
  };

  /** A click elsewhere has closed it already. */
  readonly #toggled = (event: Event): void => {
    if ("newState" in event && event.newState === "closed") this.#dismiss(new Event("closed"));
  };

  readonly #keys = (event: KeyboardEvent): void => {
    const items = [...(this.menu?.querySelectorAll<HTMLElement>("button") ?? [])];
    const [from] = event.composedPath();
    const at = items.findIndex((item) => item === from);
    const next = nextItem(event.key, at, items.length);
    if (next !== undefined) items[next]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") this.#close();
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  readonly #reply = (): void => {
    const { message, surroundings } = this;
    if (message) surroundings?.actions.reading.openThread(message.thread ?? message.id);
  };

  readonly #copyReference = (): void => {
    const { message, surroundings } = this;
    if (message === undefined || surroundings === undefined) return;
    const reference = referenceOf(message);
    copyText(reference).then(
      () => {
        surroundings.actions.say(`Copied ${reference}`);
      },
      () => {
        surroundings.actions.say(`This message is ${reference}`);
      },
    );
  };
}

const referenceOf = ({ channel, position }: MessageView): string => `${channel}/${position}`;

function nextItem(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case "ArrowDown":
      return (at + 1) % count;
    case "ArrowUp":
      return (at + count - 1) % count;
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
