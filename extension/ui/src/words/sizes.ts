// Sizes of files in words.
const KIB = 1_024;

/** "812 bytes", "34 KB", "2.4 MB". */
export function sizeWords(bytes: number): string {
  if (bytes < KIB) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  if (bytes < KIB * KIB) return `${Math.max(1, Math.round(bytes / KIB))} KB`;
  return `${(bytes / KIB / KIB).toFixed(1)} MB`;
}

const SHOWN_IMAGES: readonly string[] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/** Whether it is one of the kinds of pictures that are shown in place. */
export const isShownImage = (mediaType: string): boolean => SHOWN_IMAGES.includes(mediaType);
