// The whole page: which parts stand where at which width, what is wrong with the connection, what there is to say.
import type { CSSResult, PropertyValues, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, query, state } from "lit/decorators.js";
import type { Stop } from "#protocol/connection";
import type { ApprovalView, ChannelView } from "#protocol/types.gen";
import type { Outbox } from "../state/outbox";
import { sameOr } from "../state/outbox";
import type { Shown } from "../state/shown";
import { NOTHING_SHOWN, draftKey, outboxOf, waitingFor, whyNotDecide } from "../state/shown";
import { NO_UPLOADS } from "../state/uploads";
import type { Store } from "../store";
import type { Actions, Surroundings } from "../surroundings";
import { renewed } from "../surroundings";
import { isSearchKey } from "../words/keys";
import type { Layout, Panel } from "../words/layout";
import { layoutFor, sidePanels } from "../words/layout";
import { Announcer } from "./announcer";
import { appStyles } from "./app-styles";
import type { ComposerElement } from "./composer";
import { signedOut } from "./door";
import { watchDrops } from "./dropping";
import type { MessagesElement } from "./messages";
import { noticeOf, standingOf } from "./notices";
import { sideOf, threadAside } from "./side";
import { base, buttons, chips } from "./styles";
import { waysTo } from "./ways";
import "./channels";
import "./composer";
import "./messages";
import "./pins";
import "./top-bar";

const NOTICE_MS = 6_000;
const NO_OUTBOX: Outbox = [];

@customElement("chatbox-app")
export class AppElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, chips, appStyles];

  @property({ attribute: false }) store: Store | undefined;
  @property({ attribute: false }) actions: Actions | undefined;
  @property({ reflect: true }) layout: Layout = "wide";
  @property({ type: Boolean, reflect: true }) dropping = false;
  @state() private shown: Shown = NOTHING_SHOWN;
  @state() private panel: Panel = "chat";
  @query("main cb-composer") private composer: ComposerElement | null | undefined;
  @query("cb-messages") private messages: MessagesElement | null | undefined;
  readonly #announcer = new Announcer();
  #surroundings: Surroundings | undefined;
  #whyNot: (approval: ApprovalView) => string | undefined = () => undefined;
  #waiting: readonly ApprovalView[] = [];
  #saying: Outbox = NO_OUTBOX;
  #replying: Outbox = NO_OUTBOX;
  #stops: Stop[] = [];
  #noticeTimer: ReturnType<typeof setTimeout> | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    const observer = new ResizeObserver(([entry]) => {
      if (entry) this.layout = layoutFor(entry.contentRect.width);
    });
    observer.observe(this);
    const take = (): void => {
      this.shown = this.store?.shown ?? NOTHING_SHOWN;
    };
    take();
    const unwatch = this.store?.watch(take);
    // Also where nothing has the focus.
    document.addEventListener("keydown", this.#keys);
    const stopDrops = watchDrops({
      over: (isOver) => {
        this.dropping = isOver && this.composer !== null;
      },
      files: (files, path) => {
        this.#dropped(files, path);
      },
    });
    this.#stops.push(stopDrops, () => {
      observer.disconnect();
      unwatch?.();
      document.removeEventListener("keydown", this.#keys);
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    for (const stop of this.#stops.splice(0)) stop();
  }

  /** To the composer of an open thread when they fell there, or when nothing else is to be seen. */
  #dropped(files: readonly File[], path: readonly EventTarget[]): void {
    const thread = this.renderRoot.querySelector("cb-thread");
    const isThreads = thread !== null && (path.includes(thread) || this.#isChatHidden);
    if (isThreads) thread.attach(files);
    else this.composer?.attach(files);
  }

  /** Show one of the parts; a narrow page hides the others. */
  show(panel: Panel): void {
    this.panel = panel;
    this.actions?.reading.closeThread();
    // Nobody tells what became of rooms: it is asked for whenever they are shown.
    if (panel === "rooms") void this.actions?.hosting.load();
    void this.updateComplete.then(() => {
      if (panel === "chat") this.composer?.focus();
      else if (panel === "search") this.renderRoot.querySelector("cb-search")?.focus();
      else this.renderRoot.querySelector<HTMLElement>(`[data-panel~="${panel}"]`)?.focus();
    });
  }

  protected override willUpdate(changed: PropertyValues): void {
    if (!changed.has("shown") && !changed.has("actions")) return;
    const { shown, actions } = this;
    const before = this.#surroundings;
    this.#surroundings = actions && renewed(before, shown, actions);
    if (this.#surroundings !== before) this.#whyNot = (approval) => whyNotDecide(this.shown, approval);
    this.#waiting = waitingFor(shown);
    this.#saying = sameOr(this.#saying, outboxOf(shown, undefined));
    this.#replying = sameOr(this.#replying, outboxOf(shown, shown.thread?.id ?? 0));
    this.#announcer.note(shown);
    document.title = titleOf(this.#waiting.length, this.#channel);
    this.#forgetNoticeLater();
  }

  protected override render(): TemplateResult | typeof nothing {
    const { shown, actions } = this;
    const surroundings = this.#surroundings;
    if (actions === undefined || surroundings === undefined) return nothing;
    if (shown.status.state === "signed-out") {
      return signedOut(shown.notice?.text ?? shown.status.message, actions.place);
    }
    // Empty lists would claim that there is nothing, when nothing is known yet.
    if (shown.me === undefined)
      return html`${this.#top(shown)} ${standingOf(shown)} ${this.#announcer.regions()}`;
    return html`<button class="button skip" type="button" @click=${this.#toComposer}>
        Skip to the composer
      </button>
      ${this.#top(shown)} ${standingOf(shown)}
      <div
        class="panels"
        @cb-channel=${this.#opened}
        @cb-shown-in-chat=${this.#shownInChat}
        @cb-to-messages=${this.#toMessages}
        @cb-panel=${this.#switched}
      >
        ${this.#channels(shown, surroundings)} ${this.#chat(shown, surroundings)}
        ${this.#side(shown, surroundings)}
      </div>
      ${noticeOf(shown, this.#dismiss)} ${this.#announcer.regions()}`;
  }

  get #channel(): string {
    return this.shown.timeline?.channel ?? "";
  }

  #top(shown: Shown): TemplateResult {
    const others = shown.channels.filter(({ name }) => name !== this.#channel);
    const isWide = this.layout === "wide";
    return html`<cb-top-bar
      .layout=${this.layout}
      .panel=${shown.thread === undefined ? this.panel : "thread"}
      .channel=${this.#channel}
      .workspace=${shown.me?.workspace ?? ""}
      .unread=${others.reduce((sum, { unread }) => sum + unread, 0)}
      .waiting=${this.#waiting}
      .areApprovalsShown=${isWide || (shown.thread === undefined && this.panel === "approvals")}
      @cb-panel=${this.#switched}
    ></cb-top-bar>`;
  }

  #channels(shown: Shown, surroundings: Surroundings): TemplateResult | typeof nothing {
    if (this.layout === "narrow" && (this.panel !== "channels" || shown.thread !== undefined)) return nothing;
    return html`<nav class="panel" aria-label="Channels" tabindex="-1" data-panel="channels">
      <cb-channels
        class="scroll"
        .channels=${shown.channels}
        .current=${this.#channel}
        .surroundings=${surroundings}
      ></cb-channels>
      <div class="ways">
        ${waysTo(this.panel, surroundings, (panel) => {
          this.show(panel);
        })}
      </div>
    </nav>`;
  }

  /** It stays when it is hidden, so that the place one reads is there again. */
  get #isChatHidden(): boolean {
    switch (this.layout) {
      case "wide":
        return false;
      case "middle":
        return this.shown.thread !== undefined || sidePanels(this.layout, this.panel).length > 0;
      case "narrow":
        return this.shown.thread !== undefined || this.panel !== "chat";
    }
  }

  #chat(shown: Shown, surroundings: Surroundings): TemplateResult {
    const known = shown.channels.find(({ name }) => name === this.#channel);
    // Whatever fills the page, it has a main part and a heading for whoever goes by those.
    const isAway = this.#isChatHidden;
    const isHeaded = !isAway && this.#isHeadingShown(known);
    return html`<main class="panel ${isAway ? "away" : ""}" aria-label="Chat">
      ${isHeaded ? this.#heading(known) : html`<h1 class="hidden">${this.#channel}</h1>`}
      <cb-pins .pins=${shown.pins} .surroundings=${surroundings}></cb-pins>
      <cb-messages
        .timeline=${shown.timeline}
        .outbox=${this.#saying}
        .approvals=${shown.approvals}
        .heads=${shown.heads}
        .deliveries=${shown.deliveries}
        .unread=${known?.unread ?? 0}
        .whyNot=${this.#whyNot}
        .surroundings=${surroundings}
      ></cb-messages>
      ${
        shown.timeline === undefined
          ? nothing
          : html`<cb-composer
              .channel=${this.#channel}
              .draft=${shown.drafts[draftKey(this.#channel)] ?? ""}
              .uploads=${shown.uploads[draftKey(this.#channel)] ?? NO_UPLOADS}
              .agents=${shown.agents}
              .isSupervised=${shown.supervisors.length > 0}
              .surroundings=${surroundings}
            ></cb-composer>`
      }
    </main>`;
  }

  /** A narrow page names the channel at its top; below stands only what else there is to say. */
  #isHeadingShown(known: ChannelView | undefined): boolean {
    return this.layout !== "narrow" || known?.offset === null;
  }

  #heading(known: ChannelView | undefined): TemplateResult {
    const isFollowed = known?.offset !== null;
    const follow = (): void => {
      this.actions?.directing.follow(this.#channel);
    };
    return html`<div class="heading">
      <h1 title=${this.#channel}>${this.#channel}</h1>
      <span class="about small" title=${known?.description ?? ""}>${known?.description ?? ""}</span>
      ${isFollowed ? nothing : html`<button class="button" type="button" @click=${follow}>Follow</button>`}
    </div>`;
  }

  #side(shown: Shown, surroundings: Surroundings): TemplateResult | typeof nothing {
    const look = { shown, surroundings, whyNot: this.#whyNot };
    if (shown.thread !== undefined) return threadAside(look, shown.thread, this.#replying);
    return sideOf(look, sidePanels(this.layout, this.panel));
  }

  #forgetNoticeLater(): void {
    const { notice } = this.shown;
    clearTimeout(this.#noticeTimer);
    if (notice !== undefined && !notice.isError) this.#noticeTimer = setTimeout(this.#dismiss, NOTICE_MS);
  }

  readonly #dismiss = (): void => {
    this.store?.update({ notice: undefined });
  };

  readonly #toComposer = (): void => {
    this.show("chat");
  };

  readonly #toMessages = (): void => {
    this.messages?.focusNewest();
  };

  readonly #switched = (event: CustomEvent<Panel>): void => {
    this.show(event.detail);
  };

  readonly #opened = (event: CustomEvent<string>): void => {
    this.actions?.reading.open(event.detail);
    this.actions?.saying.keep();
    this.show("chat");
  };

  /** Where there is no room beside the chat, what led there makes way. */
  readonly #shownInChat = (): void => {
    if (this.layout === "wide") return;
    this.panel = "chat";
    // A thread that was opened for one of its replies is what was to be shown.
    if (this.shown.thread?.target === undefined) this.actions?.reading.closeThread();
  };

  readonly #keys = (event: KeyboardEvent): void => {
    if (event.defaultPrevented) return;
    if (isSearchKey(event)) {
      event.preventDefault();
      this.show("search");
    } else if (event.key === "Escape" && (this.shown.thread !== undefined || this.panel !== "chat")) {
      this.show(this.#behind);
    }
  };

  /** Where Escape leads: from a thread to the list that it was opened from, else to the chat. */
  get #behind(): Panel {
    const isFromList = this.shown.thread !== undefined && sidePanels("wide", this.panel).length === 1;
    return isFromList ? this.panel : "chat";
  }
}

function titleOf(waiting: number, channel: string): string {
  const count = waiting > 0 ? `(${waiting}) ` : "";
  return channel === "" ? `${count}ChatBox` : `${count}${channel} · ChatBox`;
}

declare global {
  interface HTMLElementTagNameMap {
    "chatbox-app": AppElement;
  }
}
