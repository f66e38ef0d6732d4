// Keeps what a person reads where it is while the list around it grows, shrinks and changes its size.
// Either the end is held (new messages push up), or the row at the top of the view.
import type { Stop } from "#protocol/connection";

/** Nearer than this to the end counts as at the end. */
const END_PIXELS = 32;

type Held = "end" | { readonly row: Element; readonly top: number };

export class Holding {
  #held: Held = "end";
  /** Where we scrolled to ourselves: the event that follows is nobody's wish. */
  #ours = -1;

  constructor(
    private readonly scroller: HTMLElement,
    private readonly content: HTMLElement,
    /** After every scroll and every change of a size, when the layout is known. */
    private readonly onMoved: () => void,
  ) {}

  start(): Stop {
    const observer = new ResizeObserver(() => {
      this.restore();
      this.onMoved();
    });
    observer.observe(this.scroller);
    observer.observe(this.content);
    const moved = (): void => {
      if (Math.abs(this.scroller.scrollTop - this.#ours) >= 1) this.#note();
      this.onMoved();
    };
    this.scroller.addEventListener("scroll", moved, { passive: true });
    return () => {
      observer.disconnect();
      this.scroller.removeEventListener("scroll", moved);
    };
  }

  get isAtEnd(): boolean {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight < END_PIXELS;
  }

  /** Bring back what is held. A row that is gone leaves the view as it is. */
  restore(): void {
    const { scroller } = this;
    if (scroller.clientHeight === 0) return;
    if (this.#held === "end") {
      this.#scrollTo(scroller.scrollHeight - scroller.clientHeight);
    } else if (this.#held.row.isConnected) {
      const moved = this.#topOf(this.#held.row) - this.#held.top;
      if (Math.abs(moved) >= 1) this.#scrollTo(scroller.scrollTop + moved);
    }
  }

  toEnd(): void {
    this.#held = "end";
    this.restore();
  }

  /** Keep `row` at `share` (0 … 1) of the view's height, until somebody scrolls. */
  show(row: Element, share: number): void {
    this.#held = { row, top: this.scroller.clientHeight * share };
    this.restore();
  }

  /** Somebody scrolled: what they look at now is what is held. */
  #note(): void {
    this.#ours = -1;
    if (this.scroller.clientHeight === 0) return;
    const row = this.isAtEnd ? undefined : this.#firstVisible();
    this.#held = row === undefined ? "end" : { row, top: this.#topOf(row) };
  }

  #scrollTo(top: number): void {
    this.scroller.scrollTop = top;
    this.#ours = this.scroller.scrollTop;
  }

  #topOf(row: Element): number {
    return row.getBoundingClientRect().top - this.#top();
  }

  #top(): number {
    return this.scroller.getBoundingClientRect().top;
  }

  #firstVisible(): Element | undefined {
    const rows = this.content.children;
    const top = this.#top();
    let low = 0;
    let high = rows.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((rows[middle]?.getBoundingClientRect().bottom ?? 0) > top + 1) high = middle;
      else low = middle + 1;
    }
    return rows[low];
  }
}

/** The last of `rows` that is wholly or mostly above the lower edge of `scroller`. */
export function lastVisible(scroller: HTMLElement, rows: HTMLCollection): number {
  const bottom = scroller.getBoundingClientRect().bottom;
  for (let at = rows.length - 1; at >= 0; at -= 1) {
    const box = rows[at]?.getBoundingClientRect();
    if (box && box.top + Math.min(box.height, 40) <= bottom) return at;
  }
  return -1;
}
