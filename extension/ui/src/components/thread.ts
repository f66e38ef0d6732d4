// One thread: the message it hangs on, all replies, and a composer that replies.
import type { CSSResult, PropertyValues, TemplateResult } from "lit";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import { repeat } from "lit/directives/repeat.js";
import type { AgentView, ApprovalView, DeliveryView, MessageView } from "#protocol/types.gen";
import type { Outbox } from "../state/outbox";
import type { Thread } from "../state/thread";
import type { Uploads } from "../state/uploads";
import { NO_UPLOADS } from "../state/uploads";
import type { Surroundings } from "../surroundings";
import type { ComposerElement } from "./composer";
import { nextRow } from "./feed-keys";
import { icon } from "./icons";
import { NO_DELIVERIES, labelOf } from "./message";
import { messagesStyles } from "./messages-styles";
import { outgoing } from "./outgoing";
import { base, buttons, names } from "./styles";
import "./composer";
import "./message";

const FLASH_MS = 2_000;

@customElement("cb-thread")
export class ThreadElement extends LitElement {
  static override styles: CSSResult[] = [
    base,
    buttons,
    names,
    messagesStyles,
    css`
      :host {
        display: flex;
        flex-direction: column;
        min-height: 0;
        height: 100%;
      }
      header {
        display: flex;
        align-items: center;
        gap: 8px;
        padding: 8px 8px 8px 16px;
        border-bottom: 1px solid var(--line);
      }
      h2 {
        flex: 1;
        min-width: 0;
        overflow: hidden;
        font-size: 1em;
        font-weight: 650;
        text-overflow: ellipsis;
        white-space: nowrap;
      }
      .replies {
        flex: 1;
        min-height: 0;
        padding: 8px 0;
        container-type: inline-size;
      }
      .replies > .divider {
        margin: 6px 16px;
        color: var(--muted);
      }
      .refusal {
        padding: 16px;
        color: var(--bad);
      }
    `,
  ];

  @property({ attribute: false }) thread: Thread | undefined;
  @property({ attribute: false }) outbox: Outbox = [];
  @property({ attribute: false }) approvals: ReadonlyMap<number, ApprovalView> = new Map();
  @property({ attribute: false }) deliveries: ReadonlyMap<number, readonly DeliveryView[]> = new Map();
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  @property({ attribute: false }) whyNot: (approval: ApprovalView) => string | undefined = () => undefined;
  @property({ attribute: false }) agents: readonly AgentView[] = [];
  @property({ type: Boolean }) isSupervised = true;
  @property() draft = "";
  @property({ attribute: false }) uploads: Uploads = NO_UPLOADS;
  @query(".replies") private list: HTMLElement | null | undefined;
  @query("cb-composer") private composer: ComposerElement | null | undefined;
  @state() private flashing: number | undefined;
  /** The message that Tab leads to: where the keyboard was last, else the newest. */
  @state() private active: number | undefined;
  #shown = 0;
  #wasAtEnd = true;

  attach(files: readonly File[]): void {
    this.composer?.attach(files);
  }

  protected override willUpdate(): void {
    const { list } = this;
    if (list) this.#wasAtEnd = list.scrollHeight - list.scrollTop - list.clientHeight < 40;
  }

  protected override updated(changed: PropertyValues<this>): void {
    if (!changed.has("thread") && !changed.has("outbox")) return;
    const isOther = this.thread?.id !== this.#shown;
    this.#shown = this.thread?.id ?? 0;
    if (this.thread?.target !== undefined) {
      this.#bring(this.thread, this.thread.target);
      return;
    }
    if (isOther) {
      void this.composer?.updateComplete.then(() => {
        this.composer?.focus();
      });
    }
    const { list } = this;
    const isSent = this.outbox.length > (changed.get("outbox")?.length ?? this.outbox.length);
    if (list && (this.#wasAtEnd || isSent) && !isOther) list.scrollTop = list.scrollHeight;
  }

  /** The reply that was asked for: in view, marked, and under the keyboard. */
  #bring(thread: Thread, target: number): void {
    const row = this.renderRoot.querySelector<HTMLElement>(`[data-message="${target}"]`);
    if (row === null && thread.isLoading) return;
    this.surroundings?.actions.reading.reachedReply();
    if (row === null) return;
    this.flashing = target;
    row.focus({ preventScroll: true });
    row.scrollIntoView({ block: "center" });
    // Rows draw themselves after the list: only then they have their height.
    requestAnimationFrame(() => {
      row.scrollIntoView({ block: "center" });
    });
    setTimeout(() => {
      if (this.flashing === target) this.flashing = undefined;
    }, FLASH_MS);
  }

  protected override render(): TemplateResult | typeof nothing {
    const { thread, surroundings } = this;
    if (thread === undefined || surroundings === undefined) return nothing;
    return html`<header>
        <h2 dir="auto" title=${titleOf(thread)}>${titleOf(thread)}</h2>
        <button
          class="bare"
          type="button"
          title="Close thread (Escape)"
          aria-label="Close thread"
          @click=${this.#close}
        >
          ${icon("close")}
        </button>
      </header>
      <div
        class="replies scroll"
        role="feed"
        aria-label="Thread"
        aria-busy=${thread.isLoading}
        @keydown=${this.#keys}
        @focusin=${this.#focused}
      >
        ${thread.post === undefined ? nothing : this.#message(thread.post, surroundings)}
        ${thread.error === undefined ? nothing : html`<p class="refusal" role="alert">${thread.error}</p>`}
        <p class="divider small">${countOf(thread)}</p>
        ${repeat(
          thread.replies,
          ({ id }) => id,
          (reply) => this.#message(reply, surroundings),
        )}
        ${this.outbox.map((one) => outgoing(one, surroundings))}
      </div>
      ${
        thread.post === undefined
          ? nothing
          : html`<cb-composer
              .surroundings=${surroundings}
              .channel=${thread.post.channel}
              .thread=${thread.id}
              .draft=${this.draft}
              .uploads=${this.uploads}
              .agents=${this.agents}
              .isSupervised=${this.isSupervised}
            ></cb-composer>`
      }`;
  }

  #message(message: MessageView, surroundings: Surroundings): TemplateResult {
    const approval = this.approvals.get(message.id);
    return html`<cb-message
      role="article"
      tabindex=${message.id === this.#entry ? 0 : -1}
      class=${this.flashing === message.id ? "flash" : ""}
      data-message=${message.id}
      aria-label=${labelOf(message, surroundings)}
      .message=${message}
      .approval=${approval}
      .deliveries=${this.deliveries.get(message.id) ?? NO_DELIVERIES}
      .whyNot=${(approval && this.whyNot(approval)) ?? ""}
      .isInThread=${true}
      .surroundings=${surroundings}
    ></cb-message>`;
  }

  get #entry(): number | undefined {
    const ids = [this.thread?.id, ...(this.thread?.replies ?? []).map(({ id }) => id)];
    return ids.includes(this.active) ? this.active : ids.at(-1);
  }

  readonly #focused = (event: FocusEvent): void => {
    const row = event.target instanceof Element ? event.target.closest<HTMLElement>("[role=article]") : null;
    if (row) this.active = Number(row.dataset["message"]);
  };

  /** The same keys as in the chat. */
  readonly #keys = (event: KeyboardEvent): void => {
    const [row] = event.composedPath();
    if (!(row instanceof HTMLElement) || row.role !== "article") return;
    const rows = [...(this.list?.querySelectorAll<HTMLElement>("[role=article]") ?? [])];
    const next = nextRow(event.key, rows.indexOf(row), rows.length);
    if (next === undefined) return;
    event.preventDefault();
    rows[next]?.focus();
  };

  readonly #close = (): void => {
    this.surroundings?.actions.reading.closeThread();
  };
}

function titleOf(thread: Thread): string {
  return thread.post?.title ?? `Thread${thread.post === undefined ? "" : ` in ${thread.post.channel}`}`;
}

function countOf(thread: Thread): string {
  if (thread.isLoading) return "Loading replies…";
  const count = thread.replies.length;
  return count === 0 ? "No replies yet" : count === 1 ? "1 reply" : `${count} replies`;
}

declare global {
  interface HTMLElementTagNameMap {
    "cb-thread": ThreadElement;
  }
}
