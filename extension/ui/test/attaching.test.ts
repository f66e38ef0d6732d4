// Files of messages on their way out and in: sent in pieces, resumed, named, kept, and shown.
import { beforeEach, describe, expect, test, vi } from "vitest";
import { CallRefused } from "#protocol/connection";
import type { AttachParams, AttachResult } from "#protocol/types.gen";
import { fromBase64, toBase64 } from "../src/connection/base64";
import { Attaching } from "../src/doing/attaching";
import { Fetching } from "../src/doing/fetching";
import { Saying } from "../src/doing/saying";
import type { Kept } from "../src/memory";
import { bodyOf, fittingName, percentOf, stateOf, whyNotSend } from "../src/state/uploads";
import { Store } from "../src/store";
import { isShownImage, sizeWords } from "../src/words/sizes";
import { FakeConnection } from "./fakeConnection";
import { shownWith } from "./things";

const GENERAL = { channel: "#general", thread: undefined };
const PIECE = 131_072;

/** Keeps what it is sent, as the other side does; `forget` is what a restart does. */
class Shelf {
  readonly parts = new Map<string, Uint8Array<ArrayBuffer>>();
  readonly whole: string[] = [];

  async attach(params: AttachParams): Promise<AttachResult> {
    const { sha256, size, offset = 0, data } = params;
    const here = this.parts.get(sha256) ?? new Uint8Array();
    const now = offset === here.length ? Uint8Array.from([...here, ...fromBase64(data)]) : here;
    this.parts.set(sha256, now);
    if (now.length < size) return { received: now.length, media_type: null };
    expect(toBase64(new Uint8Array(await crypto.subtle.digest("SHA-256", now)))).toBe(hexToBase64(sha256));
    this.whole.push(sha256);
    return { received: size, media_type: "text/plain" };
  }
}

function hexToBase64(hex: string): string {
  return toBase64(Uint8Array.from(hex.match(/../g) ?? [], (byte) => parseInt(byte, 16)));
}

const fileOf = (name: string, size: number): File =>
  new File([Uint8Array.from({ length: size }, (_, at) => at % 251)], name);

let shelf: Shelf;
let connection: FakeConnection;
let store: Store;
let attaching: Attaching;

beforeEach(() => {
  shelf = new Shelf();
  connection = new FakeConnection({
    attach: (params) => shelf.attach(params),
    chat: () => ({ message_id: 9 }),
  });
  store = new Store();
  store.replace(shownWith({}));
  let keys = 0;
  attaching = new Attaching(
    connection,
    store,
    () => `key-${(keys += 1)}`,
    () => undefined,
  );
});

/** Hashing and sending take their time on a busy machine. */
const until = (check: () => void): Promise<void> => vi.waitFor(check, { timeout: 20_000 });

const uploads = (): readonly unknown[] => store.shown.uploads["#general"] ?? [];
const states = (): readonly string[] => (store.shown.uploads["#general"] ?? []).map(stateOf);

describe("a file for a message", () => {
  test("is sent in pieces and named by its digest", async () => {
    attaching.add(GENERAL, [fileOf("a b.txt", 2 * PIECE + 7)]);
    expect(states()).toEqual(["sending"]);
    await until(() => {
      expect(states()).toEqual(["done"]);
    });
    expect(connection.asked.map(({ params }) => params["offset"])).toEqual([0, PIECE, 2 * PIECE]);
    const [digest] = shelf.whole;
    expect(attaching.take(GENERAL)).toEqual([{ sha256: digest, name: "a b.txt" }]);
    expect(uploads()).toEqual([]);
  });

  test("goes on where the other side says, and from the beginning when it began anew", async () => {
    let calls = 0;
    connection.answers.attach = (params) => {
      calls += 1;
      // Before the third piece it forgets everything.
      if (calls === 3) shelf.parts.clear();
      return shelf.attach(params);
    };
    attaching.add(GENERAL, [fileOf("a.bin", 3 * PIECE)]);
    await until(() => {
      expect(states()).toEqual(["done"]);
    });
    expect(connection.asked.map(({ params }) => params["offset"])).toEqual([
      0,
      PIECE,
      2 * PIECE,
      0,
      PIECE,
      2 * PIECE,
    ]);
  });

  test("that is not kept is given up, in words, and can be tried again", async () => {
    connection.answers.attach = () => ({ received: 0, media_type: null });
    attaching.add(GENERAL, [fileOf("a.bin", 10)]);
    await until(() => {
      expect(states()).toEqual(["failed"]);
    });
    expect(store.shown.uploads["#general"]?.[0]?.error).toContain("did not keep");
    connection.answers.attach = (params) => shelf.attach(params);
    attaching.again("key-1");
    await until(() => {
      expect(states()).toEqual(["done"]);
    });
  });

  test("that is refused says why, and holds up no other", async () => {
    connection.answers.attach = (params) => {
      if (params.size === 10) throw new CallRefused("LIMIT_REACHED", "The attachments are full.");
      return shelf.attach(params);
    };
    attaching.add(GENERAL, [fileOf("a.bin", 10), fileOf("b.bin", 11)]);
    await until(() => {
      expect(states()).toEqual(["failed", "done"]);
    });
    expect(store.shown.uploads["#general"]?.[0]?.error).toBe("The attachments are full.");
  });

  test("that is too large, or one too many, is refused, and nothing else is lost", () => {
    attaching.add(GENERAL, [fileOf("ok.txt", 1), fileOf("huge.iso", 10 * 1024 * 1024 + 1)]);
    expect(uploads()).toHaveLength(1);
    expect(store.shown.notice).toMatchObject({ isError: true });
    expect(store.shown.notice?.text).toContain("huge.iso has 10.0 MB");
    attaching.add(
      GENERAL,
      Array.from({ length: 12 }, (_, at) => fileOf(`${at}.txt`, 1)),
    );
    expect(uploads()).toHaveLength(10);
    expect(store.shown.notice?.text).toContain("at most 10 files");
  });

  test("that was taken away is sent no further", async () => {
    connection.answers.attach = (params) => {
      attaching.remove(GENERAL, "key-1");
      return shelf.attach(params);
    };
    attaching.add(GENERAL, [fileOf("a.bin", 3 * PIECE), fileOf("b.bin", 3)]);
    await until(() => {
      expect(states()).toEqual(["done"]);
    });
    expect(connection.asked.filter(({ params }) => params["size"] === 3 * PIECE)).toHaveLength(1);
  });

  test("belongs to the composer that it was added to", () => {
    attaching.add(GENERAL, [fileOf("a.txt", 1)]);
    attaching.add({ channel: "#general", thread: 7 }, [fileOf("b.txt", 1)]);
    expect(Object.keys(store.shown.uploads)).toEqual(["#general", "thread:7"]);
  });
});

describe("a message with files", () => {
  test("names them, and keeps them through a reload once they are there", async () => {
    let kept: Kept | undefined;
    const drawer = {
      read: () => kept,
      write: (now: Kept) => {
        kept = now;
      },
    };
    const saying = new Saying(connection, store, drawer, () => "key");
    attaching.add(GENERAL, [fileOf("a.txt", 3)]);
    await until(() => {
      expect(states()).toEqual(["done"]);
    });
    attaching.add(GENERAL, [fileOf("b.txt", 3)]);
    saying.keep();
    expect(kept?.uploads["#general"]?.map(({ name }) => name)).toEqual(["a.txt"]);
    store.update({ uploads: {} });
    saying.remember("j1");
    const attachments = attaching.take(GENERAL);
    saying.say(GENERAL, bodyOf("", attachments), attachments);
    const [said] = connection.asked.filter(({ operation }) => operation === "chat");
    expect(said?.params).toMatchObject({ body: "a.txt", attachments });
    expect(attachments).toHaveLength(1);
  });

  test("waits for its files, and says for which", () => {
    const upload = { key: "k", name: "a", size: 4, sha256: "s", received: 1, mediaType: undefined };
    expect(whyNotSend([{ ...upload, error: undefined }])).toContain("on its way");
    expect(whyNotSend([{ ...upload, error: "It broke." }])).toContain("try it again");
    expect(whyNotSend([{ ...upload, mediaType: "text/plain", error: undefined }])).toBeUndefined();
    expect(percentOf({ ...upload, error: undefined })).toBe(25);
  });

  test("is read piece by piece; what is no picture is only bytes", async () => {
    const bytes = Uint8Array.from({ length: 300 }, (_, at) => at % 256);
    connection.answers.attachment = ({ offset = 0 }) => ({
      data: toBase64(bytes.slice(offset, offset + 200)),
      size: 300,
      media_type: "text/html",
      next: offset + 200 < 300 ? offset + 200 : null,
    });
    const about = { id: "ab", name: "a.html", size: 300 };
    const content = await new Fetching(connection).content({ ...about, media_type: "text/html" });
    expect(new Uint8Array(await content.arrayBuffer())).toEqual(bytes);
    expect(content.type).toBe("application/octet-stream");
    const leaving = new AbortController();
    leaving.abort();
    const unwanted = new Fetching(connection).content({ ...about, media_type: "image/png" }, leaving.signal);
    await expect(unwanted).rejects.toThrow();
    expect(connection.count("attachment")).toBe(2);
  });
});

test("names are what the other side takes", () => {
  expect(fittingName("../a/b.txt")).toBe("..ab.txt");
  expect(fittingName(" .. ")).toBe("file");
  expect(fittingName("evil\u202egpj.exe")).toBe("evilgpj.exe");
  expect(fittingName(`${"a".repeat(300)}.png`)).toMatch(/^a{196}\.png$/);
});

test("sizes and kinds in words", () => {
  expect([1, 812, 2_048, 2_516_582].map(sizeWords)).toEqual(["1 byte", "812 bytes", "2 KB", "2.4 MB"]);
  expect(["image/png", "image/webp"].every(isShownImage)).toBe(true);
  expect(["image/svg+xml", "text/html", "image/avif"].some(isShownImage)).toBe(false);
  expect([...fromBase64(toBase64(Uint8Array.from([0, 255, 128])))]).toEqual([0, 255, 128]);
});
