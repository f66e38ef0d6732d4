// Files that are dropped anywhere on the page: they go where one writes, and never take the page's place.
import type { Stop } from "#protocol/connection";

export interface Dropped {
  /** Whether files are being held over the page. */
  over(isOver: boolean): void;
  /** `path` leads from what they were dropped on outwards. */
  files(files: readonly File[], path: readonly EventTarget[]): void;
}

export function watchDrops(dropped: Dropped): Stop {
  const holdsFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes("Files") ?? false;
  const over = (event: DragEvent): void => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    dropped.over(true);
  };
  const left = (event: DragEvent): void => {
    // Also told for every part of the page that one passes.
    if (event.relatedTarget === null) dropped.over(false);
  };
  const drop = (event: DragEvent): void => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    dropped.over(false);
    dropped.files([...(event.dataTransfer?.files ?? [])], event.composedPath());
  };
  document.addEventListener("dragover", over);
  document.addEventListener("dragleave", left);
  document.addEventListener("drop", drop);
  return () => {
    document.removeEventListener("dragover", over);
    document.removeEventListener("dragleave", left);
    document.removeEventListener("drop", drop);
  };
}
