import { beforeEach, describe, expect, test } from "vitest";
import { CallRefused } from "#protocol/connection";
import { Searching } from "../src/doing/searching";
import { Store } from "../src/store";
import { excerpt, wordsOf } from "../src/words/finding";
import { FakeConnection, settled } from "./fakeConnection";
import { aMessage, shownWith } from "./things";

const hits = (text: string, query: string): readonly string[] =>
  excerpt(text, wordsOf(query))
    .filter(({ isHit }) => isHit)
    .map((piece) => piece.text);

const plain = (text: string, query: string): string =>
  excerpt(text, wordsOf(query))
    .map((piece) => piece.text)
    .join("");

describe("the words of a search", () => {
  test.each([
    ["parser", ["parser"]],
    ['Parser "Second One"', ["parser", "second one"]],
    ["parser -draft from:ada in:#general is:open", ["parser"]],
    ["from:ada", []],
  ])("%s", (query, words) => {
    expect(wordsOf(query)).toEqual(words);
  });

  test("are marked wherever they stand, as they are written there", () => {
    expect(hits("The Parser and the parser", "parser")).toEqual(["Parser", "parser"]);
    expect(hits("nothing of it", "parser")).toEqual([]);
    expect(hits("parsers parse", "parse parsers")).toEqual(["parsers", "parse"]);
  });

  test("are in sight however far behind they stand, and nothing begins in the middle of a word", () => {
    const text = `${"before ".repeat(100)}needle ${"after ".repeat(100)}`;
    expect(plain(text, "needle")).toMatch(/^… before .*needle after .* …$/);
  });

  test("hide no characters that nobody sees", () => {
    expect(plain("a\u202eneedle", "needle")).toBe("a[U+202E]needle");
  });
});

describe("searching", () => {
  let connection: FakeConnection;
  let store: Store;
  let searching: Searching;
  const found = (): readonly number[] | undefined => store.shown.found?.messages.map(({ id }) => id);

  beforeEach(() => {
    const all = Array.from({ length: 30 }, (_, at) => aMessage({ id: 30 - at }));
    connection = new FakeConnection({
      search: ({ before_id, limit = 20 }) => {
        const older = all.filter(({ id }) => id < (before_id ?? Infinity));
        return { messages: older.slice(0, limit), more: older.length > limit, incomplete: false };
      },
    });
    store = new Store();
    store.replace(shownWith({}));
    searching = new Searching(connection, store);
  });

  test("shows the newest, and older ones when they are asked for", async () => {
    searching.search("  parser ");
    expect(store.shown.found).toMatchObject({ query: "parser", isLoading: true });
    await settled();
    expect(found()).toHaveLength(20);
    searching.more();
    searching.more();
    await settled();
    expect(connection.asked.map(({ params }) => params["before_id"])).toEqual([undefined, 11]);
    expect(found()?.at(-1)).toBe(1);
    searching.more();
    expect(connection.asked).toHaveLength(2);
  });

  test("an answer to an earlier search belongs to nobody", async () => {
    const answers: (() => void)[] = [];
    connection.answers.search = ({ query }) =>
      new Promise((resolve) => {
        const id = query === "first" ? 1 : 2;
        answers.push(() => {
          resolve({ messages: [aMessage({ id })], more: false, incomplete: false });
        });
      });
    searching.search("first");
    searching.search("second");
    for (const answer of answers.toReversed()) answer();
    await settled();
    expect(found()).toEqual([2]);
  });

  test("a refusal stands there, and goes with the next search", async () => {
    connection.answers.search = () => {
      throw new CallRefused("VALIDATION_ERROR", "on: needs a day like 2026-11-21.");
    };
    searching.search("on:yesterday");
    await settled();
    expect(store.shown.found).toMatchObject({ error: "on: needs a day like 2026-11-21.", isLoading: false });
    searching.search("");
    expect(store.shown.found).toBeUndefined();
  });
});
