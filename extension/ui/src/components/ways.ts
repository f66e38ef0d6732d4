// The ways from the list of channels to what is of no channel.
import type { TemplateResult } from "lit";
import { html } from "lit";
import type { Surroundings } from "../surroundings";
import { may } from "../surroundings";
import type { Panel, SidePanel } from "../words/layout";
import type { IconName } from "./icons";
import { icon } from "./icons";

const WAYS: readonly (readonly [panel: SidePanel, words: string, picture: IconName])[] = [
  ["decisions", "Decisions", "vote"],
  ["members", "Members", "members"],
  ["rooms", "Rooms", "room"],
];

/** Rooms are opened by whoever manages; nobody else is led there. */
export function waysTo(
  open: Panel,
  surroundings: Surroundings,
  show: (panel: SidePanel) => void,
): readonly TemplateResult[] {
  return WAYS.filter(([panel]) => panel !== "rooms" || may(surroundings, "manage")).map(
    ([panel, words, picture]) =>
      html`<button
        class="bare way"
        type="button"
        aria-pressed=${open === panel}
        @click=${() => {
          show(panel);
        }}
      >
        ${icon(picture)}${words}
      </button>`,
  );
}
