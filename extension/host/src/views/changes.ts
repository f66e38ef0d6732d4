// What of a list has to be drawn anew.

interface Identified<K> {
  id: K;
}

/**
 * The ids of the items that changed, or "all" when items came, went or moved. VS Code forgets which row is which while it
 * draws a whole tree anew, and a click at that moment would lose its row: so that is done only when it must be.
 */
export function changes<K, T extends Identified<K>>(
  before: readonly T[],
  now: readonly T[],
): "all" | readonly K[] {
  const isSameList = before.length === now.length && before.every(({ id }, at) => id === now[at]?.id);
  if (!isSameList) return "all";
  return now.filter((item, at) => !isSame(item, before[at])).map(({ id }) => id);
}

/** Plain values that came over a wire: those that read the same are the same. */
function isSame(item: unknown, other: unknown): boolean {
  return item === other || JSON.stringify(item) === JSON.stringify(other);
}
