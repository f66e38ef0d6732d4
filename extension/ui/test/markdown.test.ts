import { render } from "lit";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Around } from "../src/components/markdown";
import { renderMarkdown } from "../src/components/markdown";
import { settled } from "./fakeConnection";

let surroundings: Around;
const hasFile = vi.fn((path: string) => Promise.resolve(!path.includes("gone")));
const openFile = vi.fn();
const openLink = vi.fn(() => true);

beforeEach(() => {
  surroundings = {
    kinds: new Map([
      ["ada", "person"],
      ["reader", "agent"],
    ]),
    channels: ["#general"],
    actions: {
      place: { isEditor: true, hasFile, openFile, openLink },
      reading: { open: vi.fn(), jumpToPosition: vi.fn() },
    },
  };
});

afterEach(() => {
  document.body.replaceChildren();
});

describe("markdown", () => {
  const drawn = (text: string): HTMLElement => {
    const place = document.createElement("div");
    document.body.append(place);
    render(renderMarkdown(text, surroundings), place);
    return place;
  };

  test("what looks like HTML stays text", () => {
    const place = drawn("<img src=x onerror=alert(1)> <script>alert(1)</script>\n\n<div>block</div>");
    expect(place.querySelector("img, script, div")).toBeNull();
    expect(place.textContent).toContain("<img src=x onerror=alert(1)>");
    expect(place.textContent).toContain("<div>block</div>");
  });

  test.each([
    "javascript:alert(1)",
    "JAVASCRIPT:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "file:///etc/passwd",
  ])("%s becomes no link", (href) => {
    expect(drawn(`[press](${href}) <${href}>`).querySelector("a")).toBeNull();
  });

  test("a picture is a link, so that nobody learns who looks", () => {
    const place = drawn("![a cat](https://example.org/cat.png)");
    expect(place.querySelector("img")).toBeNull();
    expect(place.querySelector("a")?.href).toBe("https://example.org/cat.png");
    expect(place.querySelector("a")?.rel).toContain("noopener");
  });

  test("a file's name is no web site", () => {
    expect(drawn("see parse.py and README.md").querySelector("a")).toBeNull();
  });

  test("inside an editor a link is handed to it, once", () => {
    const link = drawn("<https://example.org/x>").querySelector("a");
    const click = new MouseEvent("click", { bubbles: true, cancelable: true });
    link?.dispatchEvent(click);
    expect(openLink).toHaveBeenCalledExactlyOnceWith("https://example.org/x");
    expect(click.defaultPrevented).toBe(true);
  });

  test("files open in the editor, at their line", async () => {
    const press = async (text: string): Promise<void> => {
      const place = drawn(text);
      await settled();
      place.querySelector<HTMLElement>("button")?.click();
    };
    await press("look at `src/parse.py:42`");
    expect(openFile).toHaveBeenLastCalledWith(expect.objectContaining({ path: "src/parse.py", line: 42 }));
    await press("[there](src/a%20b.py#L7)");
    expect(openFile).toHaveBeenLastCalledWith(expect.objectContaining({ path: "src/a b.py", line: 7 }));
    await press("see src/parse.py:42-44 there");
    expect(openFile).toHaveBeenLastCalledWith(expect.objectContaining({ line: 42, endLine: 44 }));
  });

  test.each([
    ["see src/gone.py:42", "see src/gone.py:42"],
    ["`src/gone.py:42`", "src/gone.py:42"],
    ["[the parser](src/gone.py#L3)", "the parser (src/gone.py#L3)"],
  ])("%s of a file that is not there leads nowhere", async (text, words) => {
    const place = drawn(text);
    await settled();
    expect(place.querySelector("button, a")).toBeNull();
    expect(place.textContent.replace(/\s+/g, " ").trim()).toBe(words);
  });

  test("in a browser a file is code", async () => {
    const { actions } = surroundings;
    surroundings = { ...surroundings, actions: { ...actions, place: { ...actions.place, isEditor: false } } };
    hasFile.mockClear();
    const place = drawn("see src/parse.py:42 and [the parser](src/parse.py#L3)");
    await settled();
    expect([...place.querySelectorAll("code")].map((code) => code.textContent)).toEqual([
      "src/parse.py:42",
      "src/parse.py#L3",
    ]);
    expect(place.querySelector("button, a")).toBeNull();
    expect(hasFile).not.toHaveBeenCalled();
  });

  test("mentions carry the shape and the name, in code they are just code", () => {
    expect(drawn("ask @reader").querySelector(".mention .mark")).not.toBeNull();
    expect(drawn("`@reader`").querySelector(".mention")).toBeNull();
  });

  test("lists, tables and code are drawn as such", () => {
    const place = drawn(
      "1. one\n2. two\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n```python\nx = 1\n```\n\n~~no~~ **yes**",
    );
    expect(place.querySelectorAll("ol > li")).toHaveLength(2);
    expect(place.querySelector("td.right")?.textContent).toBe("2");
    expect(place.querySelector("cb-code")).toMatchObject({ text: "x = 1\n", language: "python" });
    expect(place.querySelector("s")).not.toBeNull();
  });

  test.each([
    ["nested too deeply", `${"> ".repeat(500)}rm -rf`],
    ["in a definition", "[x]: https://example.org 'rm -rf'"],
    ["behind a language", "```python rm -rf\nx\n```"],
    ["in a comment", "<!-- rm -rf -->"],
  ])("nothing is hidden %s", (_, text) => {
    expect(drawn(text).textContent).toContain("rm -rf");
  });

  test("characters that change how a text reads are shown by their number", () => {
    expect(drawn("a\u202eb `c\u200bd`").textContent).toBe("a[U+202E]b c[U+200B]d");
    expect(drawn("👩‍💻 नमस्ते می‌خواهم").textContent).toBe("👩‍💻 नमस्ते می‌خواهم");
  });
});
