import { describe, expect, test } from "vitest";
import type { Timeline } from "../src/state/timeline";
import {
  WINDOW_MAX,
  loading,
  merged,
  opening,
  trimmedAtStart,
  withFirst,
  withNewer,
  withOlder,
  withPosted,
} from "../src/state/timeline";
import { aMessage } from "./things";

const range = (from: number, to: number): ReturnType<typeof aMessage>[] =>
  Array.from({ length: to - from + 1 }, (_, at) => aMessage({ id: from + at }));

const ids = (timeline: Timeline): number[] => timeline.messages.map(({ id }) => id);
const fresh = (): Timeline => opening(1, "#general", undefined, undefined);

describe("a window on a channel", () => {
  test("the newest page is the end", () => {
    const timeline = withFirst(fresh(), range(5, 7), true, false);
    expect(timeline).toMatchObject({ hasOlder: true, hasNewer: false, loading: undefined });
  });

  test("what was posted while the first page was on its way is not lost", () => {
    const waiting = withPosted(fresh(), aMessage({ id: 8 }));
    expect(ids(withFirst(waiting, range(5, 7), true, false))).toEqual([5, 6, 7, 8]);
  });

  test("what was posted while a page in the middle was on its way waits for its turn", () => {
    const waiting = withPosted(fresh(), aMessage({ id: 80 }));
    const timeline = withFirst(waiting, range(5, 7), true, true);
    expect(ids(timeline)).toEqual([5, 6, 7]);
    expect(ids(withNewer(loading(timeline, "newer"), { messages: range(8, 80), more: false })).at(-1)).toBe(
      80,
    );
  });

  test("a message joins only a window that reaches the end", () => {
    const atEnd = withFirst(fresh(), range(1, 2), false, false);
    expect(ids(withPosted(atEnd, aMessage({ id: 3 })))).toEqual([1, 2, 3]);
    const away = withFirst(fresh(), range(1, 2), false, true);
    expect(withPosted(away, aMessage({ id: 9 }))).toBe(away);
  });

  test("a message of another channel changes nothing", () => {
    const timeline = withFirst(fresh(), range(1, 2), false, false);
    expect(withPosted(timeline, aMessage({ id: 3, channel: "#other" }))).toBe(timeline);
  });

  test("older pages push out the newest, and newer ones the oldest, without a gap", () => {
    let timeline = withFirst(fresh(), range(951, 1000), true, false);
    for (let first = 951; first > 1; first = timeline.messages[0]?.id ?? 1) {
      timeline = withOlder(timeline, {
        messages: range(Math.max(1, first - 50), first - 1),
        more: first > 51,
      });
    }
    expect(timeline).toMatchObject({ hasOlder: false, hasNewer: true });
    expect(timeline.messages.length).toBeLessThanOrEqual(200);
    expect(ids(timeline)).toEqual(range(1, timeline.messages.length).map(({ id }) => id));
    const last = timeline.messages.at(-1)?.id ?? 0;
    const onwards = withNewer(timeline, { messages: range(last + 1, last + 50), more: true });
    expect(onwards.hasOlder).toBe(true);
    expect(ids(onwards).at(-1)).toBe(last + 50);
  });

  test("at the end what is far above is let go, and can be loaded again", () => {
    const timeline = withFirst(fresh(), range(1, WINDOW_MAX + 30), false, false);
    const trimmed = trimmedAtStart(timeline);
    expect(trimmed.messages).toHaveLength(WINDOW_MAX);
    expect(trimmed.hasOlder).toBe(true);
    expect(trimmedAtStart(trimmed)).toBe(trimmed);
  });
});

test("of two versions of a message the newer one counts", () => {
  const both = merged([aMessage({ id: 1, body: "old" })], [aMessage({ id: 1, body: null })]);
  expect(both).toHaveLength(1);
  expect(both[0]?.body).toBeNull();
});
