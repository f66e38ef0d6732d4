import { describe, expect, test } from "vitest";
import type { Row } from "../src/state/rows";
import { rowOf, rowsOf } from "../src/state/rows";
import { aMessage, aReply } from "./things";

const oneDay = (): string => "today";
const kinds = (rows: readonly Row[]): string[] => rows.map(({ kind }) => kind);

describe("rows", () => {
  test("each day has its line", () => {
    const dayOf = (at: number): string => (at > 3 * 60_000_000 ? "tuesday" : "monday");
    const rows = rowsOf([aMessage({ id: 1 }), aMessage({ id: 9 })], undefined, "ada", dayOf);
    expect(kinds(rows)).toEqual(["day", "message", "day", "message"]);
  });

  test("the unread line stands before the first message of somebody else behind the offset", () => {
    const messages = [aMessage({ id: 1 }), aMessage({ id: 2, author: "ada" }), aMessage({ id: 3 })];
    expect(kinds(rowsOf(messages, 1, "ada", oneDay))).toEqual([
      "day",
      "message",
      "message",
      "unread",
      "message",
    ]);
    expect(kinds(rowsOf(messages, undefined, "ada", oneDay))).not.toContain("unread");
    expect(kinds(rowsOf(messages, 3, "ada", oneDay))).not.toContain("unread");
  });

  test("replies right after their post are folded under it", () => {
    const rows = rowsOf([aMessage({ id: 1 }), aReply(2, 1), aReply(3, 1)], undefined, "ada", oneDay);
    expect(rows).toHaveLength(2);
    expect(rows[1]).toMatchObject({ kind: "message", replies: [{ id: 2 }, { id: 3 }] });
  });

  test("later replies stand where they happened, together while nobody interrupts", () => {
    const messages = [
      aMessage({ id: 1 }),
      aMessage({ id: 2 }),
      aReply(3, 1),
      aReply(4, 1),
      aMessage({ id: 5 }),
      aReply(6, 1),
    ];
    const rows = rowsOf(messages, undefined, "ada", oneDay);
    expect(kinds(rows)).toEqual(["day", "message", "message", "thread", "message", "thread"]);
    expect(rows[3]).toMatchObject({ thread: 1, replies: [{ id: 3 }, { id: 4 }] });
  });

  test("an unread reply is not hidden above the unread line", () => {
    const rows = rowsOf([aMessage({ id: 1 }), aReply(2, 1)], 1, "ada", oneDay);
    expect(kinds(rows)).toEqual(["day", "message", "unread", "thread"]);
  });

  test("lines said shortly after each other go without the name, posts never do", () => {
    const messages = [
      aMessage({ id: 1 }),
      aMessage({ id: 2 }),
      aMessage({ id: 3, author: "reviewer" }),
      aMessage({ id: 30, author: "reviewer" }),
      aMessage({ id: 31, author: "reviewer", kind: "post", title: "A plan" }),
    ];
    const rows = rowsOf(messages, undefined, "ada", oneDay).filter((row) => row.kind === "message");
    expect(rows.map((row) => row.isContinued)).toEqual([false, true, false, false, false]);
  });

  test("a reply is found in the row that folds it", () => {
    const rows = rowsOf([aMessage({ id: 1 }), aReply(2, 1)], undefined, "ada", oneDay);
    expect(rowOf(rows, 2)).toBe(rows[1]);
    expect(rowOf(rows, 7)).toBeUndefined();
  });
});
