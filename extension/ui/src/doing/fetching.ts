// What is attached to messages: its bytes, piece by piece.
import type { Connection } from "#protocol/connection";
import type { AttachmentResult, AttachmentView } from "#protocol/types.gen";
import { fromBase64 } from "../connection/base64";
import { isShownImage } from "../words/sizes";

export class Fetching {
  constructor(private readonly connection: Connection) {}

  /** All of it. A page that is done with it calls `signal`; nothing more is asked for then. */
  async content(attachment: AttachmentView, signal?: AbortSignal): Promise<Blob> {
    const pieces: Uint8Array<ArrayBuffer>[] = [];
    for (let offset: number | null = 0; offset !== null;) {
      signal?.throwIfAborted();
      const piece: AttachmentResult = await this.connection.call("attachment", {
        sha256: attachment.id,
        offset,
      });
      pieces.push(fromBase64(piece.data));
      offset = piece.next;
    }
    // Whatever is not a picture is bytes: a browser must not run it as a page.
    const type = isShownImage(attachment.media_type) ? attachment.media_type : "application/octet-stream";
    return new Blob(pieces, { type });
  }
}
