// Keys that mean something wherever one is on the page.

/** A slash is a letter wherever one writes. */
export function isSearchKey(event: KeyboardEvent): boolean {
  if (event.key.toLowerCase() === "k") return (event.ctrlKey || event.metaKey) && !event.altKey;
  const [target] = event.composedPath();
  const isWriting = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
  return event.key === "/" && !isWriting && !event.ctrlKey && !event.metaKey && !event.altKey;
}
