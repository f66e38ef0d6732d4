// Keeps what a person reads where it is while the list around it grows, shrinks and changes its size.
// Either the end is held (new messages push up), or the row at the top of the view.
import type { Stop } from "#protocol/connection";

/** Nearer than this to the end nothing new is missed. */
const NEAR_PIXELS = 32;
/** The end is held only by whoever is there: a push of a few pixels would move what is about to be clicked. */
const END_PIXELS = 2;

type Held = "end" | { readonly row: Element; readonly top: number };

export class Holding {
  #held: Held = "end";
  /** Where the view stood when we last looked: where it stands otherwise, somebody has scrolled meanwhile. */
  #lastTop = 0;

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
      if (Math.abs(this.scroller.scrollTop - this.#lastTop) >= 1) {
        // What grew since we last looked is evened out before the new place is noted.
        this.restore();
        this.#note();
      }
      this.onMoved();
    };
    this.scroller.addEventListener("scroll", moved, { passive: true });
    return () => {
      observer.disconnect();
      this.scroller.removeEventListener("scroll", moved);
    };
  }

  get isAtEnd(): boolean {
    return this.#toTheEnd < NEAR_PIXELS;
  }

  /** Whether what comes next pushes up. */
  get holdsEnd(): boolean {
    return this.#held === "end";
  }

  /** Bring back what is held. A row that is gone leaves the view as it is. */
  restore(): void {
    const { scroller } = this;
    if (scroller.clientHeight === 0) return;
    this.#takeUp(scroller.scrollTop - this.#lastTop);
    if (this.#held === "end") {
      this.#scrollTo(scroller.scrollHeight - scroller.clientHeight);
    } else if (this.#held.row.isConnected) {
      const moved = this.#topOf(this.#held.row) - this.#held.top;
      if (Math.abs(moved) >= 1) this.#scrollTo(scroller.scrollTop + moved);
    }
  }

  /** Somebody scrolled by `distance`, and the event about it is still to come: that must not be taken back. */
  #takeUp(distance: number): void {
    if (Math.abs(distance) < 1) return;
    this.#lastTop = this.scroller.scrollTop;
    if (this.#held !== "end") this.#held = { row: this.#held.row, top: this.#held.top - distance };
    else if (distance < 0 && this.#toTheEnd > END_PIXELS) this.#note();
  }

  toEnd(): void {
    this.#lastTop = this.scroller.scrollTop;
    this.#held = "end";
    this.restore();
  }

  /** Keep `row` at `share` (0 … 1) of the view's height, until somebody scrolls. */
  show(row: Element, share: number): void {
    this.#lastTop = this.scroller.scrollTop;
    this.#held = { row, top: this.scroller.clientHeight * share };
    this.restore();
  }

  /** Somebody scrolled: what they look at now is what is held. */
  #note(): void {
    this.#lastTop = this.scroller.scrollTop;
    if (this.scroller.clientHeight === 0) return;
    const row = this.#toTheEnd <= END_PIXELS ? undefined : this.#firstVisible();
    this.#held = row === undefined ? "end" : { row, top: this.#topOf(row) };
  }

  #scrollTo(top: number): void {
    this.scroller.scrollTop = top;
    this.#lastTop = this.scroller.scrollTop;
  }

  get #toTheEnd(): number {
    const { scrollTop, scrollHeight, clientHeight } = this.scroller;
    return scrollHeight - scrollTop - clientHeight;
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
    // A day's line stays the first row whatever is put behind it: it holds nothing in place.
    while (low < rows.length - 1 && rows[low]?.role === "separator") low += 1;
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
