// The keys of a feed: which row comes next.

/** Undefined when the key moves nothing. */
export function nextRow(key: string, at: number, count: number): number | undefined {
  switch (key) {
    case "ArrowUp":
    case "PageUp":
      return Math.max(0, at - 1);
    case "ArrowDown":
    case "PageDown":
      return Math.min(count - 1, at + 1);
    case "Home":
      return 0;
    case "End":
      return count - 1;
    default:
      return undefined;
  }
}
