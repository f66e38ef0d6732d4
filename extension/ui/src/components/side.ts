// What stands beside the chat: an open thread, or one or two of the panels.
import type { TemplateResult } from "lit";
import { html, nothing } from "lit";
import type { ApprovalView } from "#protocol/types.gen";
import type { Outbox } from "../state/outbox";
import type { Shown } from "../state/shown";
import { draftKey } from "../state/shown";
import { NO_UPLOADS } from "../state/uploads";
import type { Thread } from "../state/thread";
import type { Surroundings } from "../surroundings";
import type { SidePanel } from "../words/layout";
import "./agents";
import "./approvals";
import "./decisions";
import "./members";
import "./rooms";
import "./search";
import "./thread";

/** What each of them shows something of. */
export interface Look {
  readonly shown: Shown;
  readonly surroundings: Surroundings;
  readonly whyNot: (approval: ApprovalView) => string | undefined;
}

const LABELS: Readonly<Record<SidePanel, string>> = {
  approvals: "Approvals",
  agents: "Agents",
  search: "Search",
  decisions: "Decisions",
  members: "Members",
  rooms: "Rooms",
};

export function sideOf(look: Look, panels: readonly SidePanel[]): TemplateResult | typeof nothing {
  const [first] = panels;
  if (first === undefined) return nothing;
  return html`<aside
    class="panel"
    aria-label=${panels.length > 1 ? "Approvals and agents" : LABELS[first]}
    tabindex="-1"
    data-panel=${panels.join(" ")}
  >
    ${panels.map((panel) => part(look, panel))}
  </aside>`;
}

function part({ shown, surroundings, whyNot }: Look, panel: SidePanel): TemplateResult {
  switch (panel) {
    case "approvals":
      return html`<cb-approvals
        class="part scroll"
        .approvals=${shown.approvals}
        .whyNot=${whyNot}
        .surroundings=${surroundings}
      ></cb-approvals>`;
    case "agents":
      return html`<cb-agents
        class="part scroll"
        .agents=${shown.agents}
        .supervisors=${shown.supervisors}
        .surroundings=${surroundings}
      ></cb-agents>`;
    case "members":
      return html`<cb-members
        class="part scroll"
        .participants=${shown.participants}
        .agents=${shown.agents}
        .surroundings=${surroundings}
      ></cb-members>`;
    case "rooms":
      return html`<cb-rooms
        class="part scroll"
        .rooms=${shown.rooms}
        .opened=${shown.openedRoom}
        .surroundings=${surroundings}
      ></cb-rooms>`;
    case "search":
      return html`<cb-search
        class="part scroll"
        .found=${shown.found}
        .surroundings=${surroundings}
      ></cb-search>`;
    case "decisions":
      return html`<cb-decisions
        class="part scroll"
        .proposals=${shown.proposals}
        .channel=${shown.timeline?.channel ?? ""}
        .surroundings=${surroundings}
      ></cb-decisions>`;
  }
}

export function threadAside(look: Look, thread: Thread, outbox: Outbox): TemplateResult {
  const { shown, surroundings, whyNot } = look;
  return html`<aside class="panel" aria-label="Thread" data-panel="thread">
    <cb-thread
      .thread=${thread}
      .outbox=${outbox}
      .approvals=${shown.approvals}
      .deliveries=${shown.deliveries}
      .draft=${shown.drafts[draftKey("", thread.id)] ?? ""}
      .uploads=${shown.uploads[draftKey("", thread.id)] ?? NO_UPLOADS}
      .agents=${shown.agents}
      .isSupervised=${shown.supervisors.length > 0}
      .whyNot=${whyNot}
      .surroundings=${surroundings}
    ></cb-thread>
  </aside>`;
}
