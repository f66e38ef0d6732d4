// Everybody with a name here: people, agents that ChatBox runs, and agents that run by themselves.
import type { CSSResult, TemplateResult } from "lit";
import { LitElement, css, html, nothing } from "lit";
import { customElement, property } from "lit/decorators.js";
import type { AgentView, ParticipantView } from "#protocol/types.gen";
import { STATE_WORDS } from "../words/agents";
import { nameTag } from "./names";
import { base, chips, names } from "./styles";

type Kind = ParticipantView["kind"];

const ORDER: readonly Kind[] = ["person", "agent", "system"];

@customElement("cb-members")
export class MembersElement extends LitElement {
  static override styles: CSSResult[] = [
    base,
    chips,
    names,
    css`
      :host {
        padding: 12px;
      }
      h2 {
        margin-bottom: 6px;
        font-size: 1em;
        font-weight: 650;
      }
      ul {
        margin: 0;
        padding: 0;
        list-style: none;
      }
      li {
        display: flex;
        flex-wrap: wrap;
        align-items: baseline;
        gap: 2px 10px;
        padding: 3px 0;
      }
      .what {
        margin-inline-start: auto;
      }
    `,
  ];

  @property({ attribute: false }) participants: readonly ParticipantView[] = [];
  @property({ attribute: false }) agents: readonly AgentView[] = [];
  /** The name of the one who looks. */
  @property() me = "";

  protected override render(): TemplateResult {
    const members = this.participants
      .filter(({ kind }) => kind !== "system")
      .sort((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind) || a.name.localeCompare(b.name));
    return html`<h2 id="title">Members</h2>
      <ul aria-labelledby="title">
        ${members.map(
          ({ name, kind }) =>
            html`<li data-member=${name}>
              ${nameTag(name, kind)}${name === this.me ? html`<span class="small muted">you</span>` : nothing}
              <span class="what small muted">${this.#about(name, kind)}</span>
            </li>`,
        )}
      </ul>`;
  }

  #about(name: string, kind: Kind): string {
    if (kind !== "agent") return kind;
    const agent = this.agents.find((one) => one.name === name);
    if (agent === undefined) return "agent, runs by itself";
    return `agent, ${agent.supervised ? "supervised" : "no supervisor"}, ${STATE_WORDS[agent.state]}`;
  }
}
