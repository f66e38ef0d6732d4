// Under a person's message: which agents it woke, and how far each has come with it.
import type { TemplateResult } from "lit";
import { css, html, nothing } from "lit";
import type { DeliveryView } from "#protocol/types.gen";
import type { DeliveryStatus } from "../words/deliveries";
import { deliveryWords, isWaiting } from "../words/deliveries";
import { exactTime } from "../words/times";
import { icon, stateIcon } from "./icons";
import { nameTag } from "./names";

export const deliveryStyles = css`
  .deliveries {
    display: flex;
    flex-wrap: wrap;
    gap: 2px 14px;
    margin: 3px 0 0;
    padding: 0;
    color: var(--muted);
    list-style: none;
  }
  .delivery {
    display: inline-flex;
    align-items: baseline;
    gap: 5px;
    min-width: 0;
    max-width: 100%;
  }
  .delivery > .icon {
    align-self: flex-start;
    width: 14px;
    height: 14px;
    margin-top: calc((1lh - 14px) / 2);
  }
  /* First the words take more lines; a long name gives way only when they have none left to take. */
  .delivery .name {
    flex: 0 1 auto;
    min-width: 4ch;
  }
  .delivery .words {
    flex: 0 1000 auto;
    min-width: 9ch;
    overflow-wrap: anywhere;
  }
  .delivery.answered > .icon {
    color: var(--good);
  }
  .delivery.retrying {
    color: var(--wait);
  }
  .delivery.given-up {
    color: var(--bad);
  }
`;

export function deliveryLine(
  deliveries: readonly DeliveryView[],
  parked: ReadonlySet<string>,
): TemplateResult | typeof nothing {
  if (deliveries.length === 0) return nothing;
  return html`<ul class="deliveries small" aria-label="Delivery">
    ${deliveries.map((one) => {
      const isParked = parked.has(one.agent);
      return html`<li class="delivery ${one.status}" data-status=${one.status} title=${exactTime(one.at)}>
        ${isParked && isWaiting(one.status) ? stateIcon("parked") : picture(one.status)}
        ${nameTag(one.agent, "agent")}<span class="words">${deliveryWords(one, isParked)}</span>
      </li>`;
    })}
  </ul>`;
}

function picture(status: DeliveryStatus): TemplateResult {
  switch (status) {
    case "woken":
      return stateIcon("waking");
    case "picked-up":
      return stateIcon("busy");
    case "answered":
      return icon("check");
    case "retrying":
      return icon("retry");
    case "given-up":
      return icon("cross");
  }
}
