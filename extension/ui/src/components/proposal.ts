// Something that is put to the vote: how it stands, who voted how, and one's own vote with its reason.
import type { CSSResult, PropertyValues, TemplateResult } from "lit";
import { LitElement, html, nothing } from "lit";
import { customElement, property, state } from "lit/decorators.js";
import type { MessageView, ProposalView } from "#protocol/types.gen";
import type { Surroundings } from "../surroundings";
import { kindIn, may } from "../surroundings";
import { revealed } from "../words/plainly";
import type { Choice, Standing } from "../words/proposals";
import {
  CHOICES,
  CHOICE_WORDS,
  STANDING_WORDS,
  missingWords,
  standingOf,
  votersOf,
} from "../words/proposals";
import { focusSoon } from "./focusing";
import type { IconName } from "./icons";
import { icon } from "./icons";
import { renderMarkdown } from "./markdown";
import { nameTag } from "./names";
import { proposalStyles } from "./proposal-styles";
import { prose } from "./prose";
import { base, buttons, chips, names } from "./styles";
import "./time";
import "./writing";

const CHOICE_ICONS: Readonly<Record<Choice, IconName>> = { for: "check", against: "cross", abstain: "stay" };
const STANDING_ICONS: Readonly<Record<Standing, IconName>> = {
  open: "vote",
  accepted: "check",
  rejected: "cross",
  replaced: "retry",
};

@customElement("cb-proposal")
export class ProposalElement extends LitElement {
  static override styles: CSSResult[] = [base, buttons, chips, names, prose, proposalStyles];

  @property({ attribute: false }) message: MessageView | undefined;
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  /** Under the post itself, where title and text already stand. */
  @property({ type: Boolean, reflect: true }) inline = false;
  /** The vote whose reason is being written. */
  @state() private choosing: Choice | undefined;

  protected override willUpdate(_changed: PropertyValues): void {
    if (this.message?.proposal?.outcome != null) this.choosing = undefined;
  }

  protected override render(): TemplateResult | typeof nothing {
    const { message, surroundings } = this;
    if (!message?.proposal || surroundings === undefined) return nothing;
    const { proposal } = message;
    const standing = standingOf(proposal);
    return html`<section
      class="card ${standing}"
      role="group"
      tabindex="-1"
      aria-label="Proposal ${message.id}: ${message.title ?? "text removed"}"
    >
      <div class="status">
        ${icon(STANDING_ICONS[standing])}
        <span
          ><strong>${STANDING_WORDS[standing]}</strong>
          <span class="small muted">${when(proposal)}</span></span
        >
      </div>
      ${this.inline ? nothing : this.#question(message, surroundings)} ${this.#votes(proposal, surroundings)}
      ${this.#links(message, proposal, surroundings)}
      ${standing === "open" ? this.#answers(message, proposal, surroundings) : nothing}
    </section>`;
  }

  #question(message: MessageView, surroundings: Surroundings): TemplateResult {
    const show = (): void => {
      surroundings.actions.reading.show(message);
      this.#shownInChat();
    };
    return html`<h3>${revealed(message.title ?? "The text was removed.")}</h3>
      <p class="asked small muted">
        ${nameTag(message.author, kindIn(surroundings, message.author))} proposed in
        <button class="link" type="button" @click=${show}>${message.channel}</button> ·
        <cb-time .at=${message.at}></cb-time>
      </p>
      ${
        message.body === null
          ? nothing
          : html`<div class="body prose scroll" tabindex="0" role="group" aria-label="What is proposed">
              ${renderMarkdown(message.body, surroundings)}
            </div>`
      }`;
  }

  #votes(proposal: ProposalView, surroundings: Surroundings): TemplateResult {
    return html`<ul class="votes" aria-label="Votes">
      ${CHOICES.map((choice) => {
        const voters = votersOf(proposal, choice);
        return html`<li class=${choice} ?hidden=${voters.length === 0 && choice === "abstain"}>
          ${icon(CHOICE_ICONS[choice])}<span class="choice">${CHOICE_WORDS[choice]}</span>
          <span class="tally">${voters.length}</span>
          <span class="voters"
            >${voters.map(({ participant }) => nameTag(participant, kindIn(surroundings, participant)))}</span
          >
        </li>`;
      })}
    </ul>`;
  }

  #links(
    message: MessageView,
    { votes, replaces, replaced_by }: ProposalView,
    surroundings: Surroundings,
  ): TemplateResult {
    const { reading } = surroundings.actions;
    const reasons = (): void => {
      reading.openThread(message.id);
    };
    return html`<div class="links small">
      ${replaces === null ? nothing : this.#link(`Replaces proposal ${replaces}`, replaces, surroundings)}
      ${replaced_by === null ? nothing : this.#link(`Replaced by ${replaced_by}`, replaced_by, surroundings)}
      ${
        votes.length === 0
          ? nothing
          : html`<button class="link" type="button" @click=${reasons}>Read the reasons</button>`
      }
    </div>`;
  }

  #link(words: string, id: number, surroundings: Surroundings): TemplateResult {
    const show = (): void => {
      void surroundings.actions.reading.jumpToId(id).then(() => {
        this.#shownInChat();
      });
    };
    return html`<button class="link" type="button" @click=${show}>${words}</button>`;
  }

  #answers(
    message: MessageView,
    proposal: ProposalView,
    surroundings: Surroundings,
  ): TemplateResult | typeof nothing {
    if (!may(surroundings, "post")) return nothing;
    const { choosing } = this;
    if (choosing !== undefined) {
      return html`<cb-writing
        label="Why ${choosing === "abstain" ? "do you abstain" : `are you ${choosing} it`}? Everybody reads this."
        verb="Vote ${choosing === "abstain" ? "to abstain" : choosing}"
        .act=${(reason: string) => surroundings.actions.voting.vote(message, choosing, reason)}
        @cb-written=${this.#chosen}
      ></cb-writing>`;
    }
    const own = proposal.votes.find(
      ({ participant }) => participant === surroundings.me?.participant,
    )?.choice;
    return html`<div class="answers" role="group" aria-label="Your vote">
        ${CHOICES.map((choice) => this.#answer(choice, own === choice))}
      </div>
      <p class="small muted">
        ${own === undefined ? nothing : html`You voted ${own}; you may vote otherwise.`}
        ${sentence(missingWords(proposal))}
      </p>`;
  }

  #answer(choice: Choice, isOwn: boolean): TemplateResult {
    const choose = (): void => {
      this.choosing = choice;
    };
    return html`<button
      class="button"
      type="button"
      aria-pressed=${isOwn}
      ?disabled=${isOwn}
      @click=${choose}
    >
      ${icon(CHOICE_ICONS[choice])}${CHOICE_WORDS[choice]}…
    </button>`;
  }

  readonly #chosen = (): void => {
    this.choosing = undefined;
    focusSoon(this, ".card");
  };

  #shownInChat(): void {
    this.dispatchEvent(new CustomEvent("cb-shown-in-chat", { bubbles: true, composed: true }));
  }
}

function when(proposal: ProposalView): TemplateResult | string {
  const count = `${proposal.votes.length} of ${proposal.quorum} ${proposal.quorum === 1 ? "vote" : "votes"}`;
  if (proposal.settled_at === null) return count;
  return html`<cb-time .at=${proposal.settled_at}></cb-time> · ${count}`;
}

const sentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
