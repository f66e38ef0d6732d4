// Handing bytes to the browser to keep.

const TAKEN_UP_MS = 10_000;

/** The browser puts them where it puts downloads, or asks. */
export function downloaded(name: string, content: Blob): void {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(content);
  link.download = name;
  link.click();
  // Browsers take it up some time later, and do not say when.
  setTimeout(() => {
    URL.revokeObjectURL(link.href);
  }, TAKEN_UP_MS);
}
