import { describe, expect, test } from "vitest";
import { detailOf } from "../src/words/agents";
import { askedAt, completed, offered } from "../src/words/completion";
import { COLOURS, coloursOf, lookOf } from "../src/words/identity";
import { layoutFor, shortCount } from "../src/words/layout";
import { fileIn, fileOfLink, isSafeLink, pieces } from "../src/words/references";
import { dayName, duration, relative } from "../src/words/times";
import { budget, nobodyWakes, prospectOf } from "../src/words/waking";
import { anAgent } from "./things";

const known = {
  nameOf: (name: string) => ["reader", "builder.2"].find((one) => one === name.toLowerCase()),
  hasChannel: (channel: string) => channel === "#general",
};

describe("references in a text", () => {
  const found = (text: string): string[] =>
    pieces(text, known).map(({ kind, text: words }) => `${kind}:${words}`);

  test("a known name is a mention, an unknown one is text", () => {
    expect(found("hi @Reader, not @nobody")).toEqual(["text:hi ", "mention:@Reader", "text:, not @nobody"]);
  });

  test("a name may hold dots, a sentence's full stop does not belong to it", () => {
    expect(found("ask @builder.2.")).toEqual(["text:ask ", "mention:@builder.2", "text:."]);
  });

  test("an address is no mention", () => {
    expect(found("mail me@reader.org and a/@reader")).toEqual(["text:mail me@reader.org and a/@reader"]);
  });

  test("a channel and a message in it are references", () => {
    expect(found("see #general/42 and #general, not #other")).toEqual([
      "text:see ",
      "channel:#general/42",
      "text: and ",
      "channel:#general",
      "text:, not #other",
    ]);
  });

  test("a file with a line is a reference, a time of day is not", () => {
    expect(found("at src/a.py:12:3 since 10:30")).toEqual([
      "text:at ",
      "file:src/a.py:12:3",
      "text: since 10:30",
    ]);
  });

  test("pieces put together give the text again", () => {
    const text = "a @reader #general/7 b.py:3 https://x.org:80/@reader end";
    expect(
      pieces(text, known)
        .map((piece) => piece.text)
        .join(""),
    ).toBe(text);
  });

  test("a line may be written as a range or as in the address of a repository", () => {
    const files = (text: string): unknown[] => pieces(text, known).filter(({ kind }) => kind === "file");
    expect(files("src/a.py:12-20")).toMatchObject([{ path: "src/a.py", line: 12, endLine: 20 }]);
    expect(files("see src/a.py#L12.")).toMatchObject([{ text: "src/a.py#L12", path: "src/a.py", line: 12 }]);
    expect(files("src/a.py#L12-L20")).toMatchObject([{ path: "src/a.py", line: 12, endLine: 20 }]);
    expect(files("in quelle/größe.py:3, 資料/表.md:7")).toMatchObject([
      { path: "quelle/größe.py", line: 3 },
      { path: "資料/表.md", line: 7 },
    ]);
    expect(files("../a.py:1 and /etc/x.conf:2")).toMatchObject([
      { path: "../a.py" },
      { path: "/etc/x.conf" },
    ]);
    expect(files("me@x.org:80 or a.py:12x")).toEqual([]);
  });

  test("a path alone may hold spaces", () => {
    expect(fileIn("my notes/plan b.md:4-6")).toMatchObject({
      path: "my notes/plan b.md",
      line: 4,
      endLine: 6,
    });
    expect(fileOfLink("my%20notes/gr%C3%B6%C3%9Fe.md#L2-L3")).toMatchObject({
      text: "my notes/größe.md#L2-L3",
      path: "my notes/größe.md",
      line: 2,
      endLine: 3,
    });
    expect(fileOfLink("a.md#heading")).toMatchObject({ path: "a.md" });
  });

  test("files are told from other code", () => {
    expect(fileIn("src/parse.py:42")).toMatchObject({ path: "src/parse.py", line: 42 });
    expect(fileIn("npm test")).toBeUndefined();
    expect(fileIn("x = 1")).toBeUndefined();
  });

  test("only web addresses and mail become links; other schemes never", () => {
    expect(isSafeLink("https://example.org")).toBe(true);
    for (const href of [
      "javascript:alert(1)",
      "data:text/html,x",
      "vbscript:x",
      "file:///etc/passwd",
      "vscode://x",
    ]) {
      expect(isSafeLink(href)).toBe(false);
      expect(fileOfLink(href)).toBeUndefined();
    }
    expect(fileOfLink("src/a%20b.py#L7")).toMatchObject({ path: "src/a b.py", line: 7 });
    expect(fileOfLink("//example.org/x")).toBeUndefined();
  });
});

describe("completion", () => {
  test("what is typed right behind the sign is asked for", () => {
    expect(askedAt("hello @re", 9)).toEqual({ sign: "@", start: "re", from: 6 });
    expect(askedAt("see #", 5)).toEqual({ sign: "#", start: "", from: 4 });
    expect(askedAt("me@example", 10)).toBeUndefined();
    expect(askedAt("@re done", 8)).toBeUndefined();
  });

  test("those that begin so come first", () => {
    const asked = { sign: "@", start: "re", from: 0 } as const;
    expect(offered(asked, ["explorer", "Reader", "reviewer", "ada"])).toEqual([
      "Reader",
      "reviewer",
      "explorer",
    ]);
  });

  test("the choice replaces what was typed, and the rest stays", () => {
    const asked = { sign: "@", start: "re", from: 6 } as const;
    expect(completed("hello @re and more", 9, asked, "reader")).toEqual({
      text: "hello @reader and more",
      cursor: 14,
    });
  });
});

describe("who wakes, in words", () => {
  const waking = { agent: "reader", wakes: true, reason: "mentioned", state: "asleep" } as const;

  test("each state has its own words", () => {
    expect(prospectOf(waking)?.text).toBe("wakes");
    expect(prospectOf({ ...waking, state: "busy" })?.text).toBe("is busy, will see it next");
    expect(prospectOf({ ...waking, state: "parked" })?.text).toBe(
      "is parked: it sees this once it is resumed",
    );
  });

  test("what may be spent is counted", () => {
    expect([budget(40), budget(1)]).toEqual(["Budget: 40 turns.", "Budget: 1 turn."]);
  });

  test("nothing is said of those who are simply not meant", () => {
    expect(prospectOf({ ...waking, wakes: false, reason: "not-mentioned" })).toBeUndefined();
    expect(nobodyWakes([{ ...waking, wakes: false, reason: "not-mentioned" }])).toBe(
      "Wakes nobody. Mention @reader to wake it.",
    );
  });
});

describe("times", () => {
  const now = new Date(2024, 4, 7, 12).getTime() * 1000;
  const minutes = (count: number): number => count * 60_000_000;

  test("the past in words", () => {
    expect(relative(now - minutes(0.5), now)).toBe("now");
    expect(relative(now - minutes(5), now)).toBe("5 min ago");
    expect(relative(now - minutes(125), now)).toBe("2 h ago");
    expect(relative(now - minutes(60 * 24 * 400), now)).toContain("2023");
  });

  test("days by name", () => {
    expect(dayName(now, now)).toBe("Today");
    expect(dayName(now - minutes(60 * 24), now)).toBe("Yesterday");
  });

  test("durations", () => {
    expect(duration(8_000_000)).toBe("8 s");
    expect(duration(minutes(3) + 20_000_000)).toBe("3 min 20 s");
    expect(duration(minutes(125))).toBe("2 h 5 min");
    expect(duration(-5)).toBe("0 s");
  });

  test("a busy agent tells for how long, a failed one when it tries again", () => {
    const busy = anAgent({ name: "a", state: "busy", turn_started_at: now - minutes(1), attempt: 2 });
    expect(detailOf(busy, now)).toBe("Turn running for 1 min 0 s, attempt 2.");
    const resting = anAgent({ name: "a", state: "backoff", attempt: 1, retry_at: now + 4_000_000 });
    expect(detailOf(resting, now)).toBe("Its turn failed. It tries again in 4 s.");
  });
});

test("a name always looks the same, people are round and agents are not", () => {
  expect(lookOf("reader", "agent")).toEqual(lookOf("reader", "agent"));
  expect(lookOf("ada", "person").shape).toBe("circle");
  const shapes = ["reader", "reviewer", "builder", "tester", "scout"].map(
    (name) => lookOf(name, "agent").shape,
  );
  expect(shapes).not.toContain("circle");
  expect(new Set(shapes).size).toBeGreaterThan(1);
});

test("the first eight names of a place differ in colour, and later ones change nobody's", () => {
  const names = Array.from({ length: 2 * COLOURS }, (_, number) => `agent${number * number}`);
  expect(new Set(names.slice(0, COLOURS).map((name) => lookOf(name, "agent").colour)).size).toBeLessThan(
    COLOURS,
  );
  const all = coloursOf([...names, ...names]);
  for (const part of [names.slice(0, COLOURS), names.slice(COLOURS)])
    expect(new Set(part.map((name) => all.get(name))).size).toBe(COLOURS);
  expect(all.get("agent0")).toBe(lookOf("agent0", "agent").colour);
  expect([...coloursOf(names.slice(0, 5))]).toEqual([...all].slice(0, 5));
});

test("the layout follows the width, large counts are cut", () => {
  expect([300, 390, 700, 1280].map(layoutFor)).toEqual(["narrow", "narrow", "middle", "wide"]);
  expect(shortCount(1000)).toBe("99+");
});
