// A time in words that keeps up with the clock, with the exact one on hover.
import type { PropertyValues, TemplateResult } from "lit";
import { LitElement, html } from "lit";
import { customElement, property } from "lit/decorators.js";
import { exactTime, machineTime, nowMicroseconds, relative, timeOfDay } from "../words/times";
import { onTick } from "./ticking";

@customElement("cb-time")
export class TimeElement extends LitElement {
  /** Microseconds. */
  @property({ type: Number }) at = 0;
  /** The time of day instead of how long ago. */
  @property({ type: Boolean }) clock = false;
  #stop: (() => void) | undefined;

  override connectedCallback(): void {
    super.connectedCallback();
    this.#stop = onTick("slow", () => {
      this.requestUpdate();
    });
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#stop?.();
  }

  /** Without a root of its own it takes the style of the text around it. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  protected override shouldUpdate(_changed: PropertyValues): boolean {
    return this.at > 0;
  }

  protected override render(): TemplateResult {
    const words = this.clock ? timeOfDay(this.at) : relative(this.at, nowMicroseconds());
    return html`<time datetime=${machineTime(this.at)} title=${exactTime(this.at)}>${words}</time>`;
  }
}
