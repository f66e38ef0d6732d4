// The agents: what each does now, for how long, and what a person can tell it.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { Stop } from "#protocol/connection";
import type { AgentView, SupervisorView } from "#protocol/types.gen";
import type { Direction } from "../doing/directing";
import type { Surroundings } from "../surroundings";
import { may } from "../surroundings";
import { STATE_WORDS, detailOf } from "../words/agents";
import { nowMicroseconds } from "../words/times";
import { isFocusLost } from "./focusing";
import { icon, stateIcon } from "./icons";
import { nameTag } from "./names";
import { base, buttons, chips, names } from "./styles";
import { onTick } from "./ticking";

@customElement("cb-agents")
export class AgentsElement extends LitElement {
  static override styles: CSSResult[] = [
    base,
    buttons,
    chips,
    names,
    css`
      :host {
        padding: 12px;
      }
      h2 {
        margin-bottom: 8px;
        font-size: 1em;
        font-weight: 650;
      }
      ul {
        display: flex;
        flex-direction: column;
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        padding: 9px 0;
        border-top: 1px solid var(--line);
      }
      li:first-child {
        padding-top: 0;
        border-top: 0;
      }
      .who {
        display: flex;
        flex-wrap: wrap;
        align-items: center;
        gap: 4px 8px;
      }
      .state-words {
        display: inline-flex;
        align-items: center;
        gap: 4px;
        color: var(--muted);
        white-space: nowrap;
      }
      .busy .state-words,
      .waking .state-words {
        color: var(--good);
      }
      .backoff .state-words,
      .parked .state-words {
        color: var(--wait);
      }
      .chip {
        margin-inline-start: auto;
      }
      .detail {
        margin-top: 2px;
        overflow-wrap: anywhere;
      }
      .told {
        display: flex;
        flex-wrap: wrap;
        gap: 6px;
        margin-top: 6px;
      }
      .told .button {
        min-height: 26px;
        padding: 0 9px;
        font-size: 0.9em;
      }
      .warning {
        display: flex;
        gap: 8px;
        margin-bottom: 10px;
        padding: 8px 10px;
        border: 1px solid var(--wait-line);
        border-radius: 8px;
        background: var(--wait-soft);
        color: var(--wait);
      }
      .warning .icon {
        margin-top: 3px;
      }
      .turning {
        transform-origin: 8px 8px;
        animation: turn 1.6s linear infinite;
      }
      @keyframes turn {
        to {
          transform: rotate(360deg);
        }
      }
      @media (prefers-reduced-motion: reduce) {
        .turning {
          animation: none;
        }
      }
    `,
  ];

  @property({ attribute: false }) agents: readonly AgentView[] = [];
  @property({ attribute: false }) supervisors: readonly SupervisorView[] = [];
  @property({ attribute: false }) surroundings: Surroundings | undefined;
  #stop: Stop | undefined;
  /** Whom a person told something here just now. */
  #told: string | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = onTick("fast", () => {
      if (this.agents.some(({ state }) => state === "busy" || state === "backoff")) this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  /** What was pressed makes way for what can be told next: there the keyboard goes. */
  protected override updated(): void {
    if (this.#told === undefined || !isFocusLost()) return;
    this.renderRoot.querySelector<HTMLElement>(`[data-agent="${this.#told}"] .told button`)?.focus();
    this.#told = undefined;
  }

  protected override render(): TemplateResult {
    return html`<h2>Agents</h2>
      ${this.#warning()}
      ${
        this.agents.length === 0
          ? html`<p class="muted">No agents yet. Declare them in <code>.agentchat/agents.toml</code>.</p>`
          : html`<ul>
              ${this.agents.map((agent) => this.#agent(agent))}
            </ul>`
      }`;
  }

  #warning(): TemplateResult | typeof nothing {
    if (this.supervisors.length > 0 || this.agents.length === 0) return nothing;
    return html`<p class="warning" role="status">
      ${icon("unplugged")}<span>No supervisor is running: agents are not woken.</span>
    </p>`;
  }

  #agent(agent: AgentView): TemplateResult {
    const isLonely = this.supervisors.length > 0 && !agent.supervised;
    return html`<li class=${agent.state} data-agent=${agent.name} data-state=${agent.state}>
      <div class="who">
        ${nameTag(agent.name, "agent")}
        <span class="state-words">${stateIcon(agent.state)}${STATE_WORDS[agent.state]}</span>
        <span class="chip" title="Engine">${agent.engine}</span>
      </div>
      <p class="detail small muted">${detailOf(agent, nowMicroseconds())}</p>
      ${isLonely ? html`<p class="detail small muted">No running supervisor serves it.</p>` : nothing}
      ${this.#ways(agent)}
    </li>`;
  }

  #ways(agent: AgentView): TemplateResult | typeof nothing {
    const { surroundings } = this;
    if (surroundings === undefined || !may(surroundings, "manage")) return nothing;
    const button = (direction: Direction, words: string): TemplateResult =>
      html`<button
        class="button"
        type="button"
        aria-label="${words} ${agent.name}"
        @click=${() => {
          this.#told = agent.name;
          surroundings.actions.directing.direct(agent.name, direction);
        }}
      >
        ${words}
      </button>`;
    switch (agent.state) {
      case "asleep":
        return html`<div class="told">${button("wake", "Wake")}${button("pause", "Pause")}</div>`;
      case "waking":
      case "busy":
      case "backoff":
        return html`<div class="told">${button("pause", "Pause")}</div>`;
      case "parked":
        return html`<div class="told">${button("resume", "Resume")}</div>`;
    }
  }
}
