import { describe, expect, test } from "vitest";
import { isFromPage, isToPage } from "../src/bridge";

describe("what the host may say to the page", () => {
  test.each([
    { kind: "response", id: 1, result: null },
    { kind: "response", id: 1, error: { code: "NOT_FOUND", message: "There is none." } },
    {
      kind: "events",
      events: [{ seq: 3, at: 1, by: "ada", type: "MessagePosted" }],
      cursor: 3,
      supervisors: null,
    },
    { kind: "events", events: [], cursor: 3, supervisors: [{ id: "s", agents: ["reader"] }] },
    { kind: "status", state: "reconnecting", message: "" },
    { kind: "navigate" },
    { kind: "navigate", channel: "#general", message: 4 },
    { kind: "compose", text: "hello" },
    { kind: "panel", panel: "agents" },
  ])("%j is understood", (message) => {
    expect(isToPage(message)).toBe(true);
  });

  test.each([
    undefined,
    null,
    "response",
    [],
    { kind: "response", id: 1 },
    { kind: "response", id: "1", result: 1 },
    { kind: "response", id: 1, error: "no" },
    { kind: "events", events: [{ seq: "3" }], cursor: 3, supervisors: null },
    { kind: "events", events: [], cursor: 1.5, supervisors: null },
    { kind: "events", events: [], cursor: 1 },
    { kind: "events", events: [], cursor: 1, supervisors: [{ id: "s", agents: "reader" }] },
    { kind: "status", state: "fine", message: "" },
    { kind: "navigate", channel: 7 },
    { kind: "panel", panel: "settings" },
    { kind: "vscode-scheduled" },
  ])("%j is dropped", (message) => {
    expect(isToPage(message)).toBe(false);
  });
});

describe("what the page may say to the host", () => {
  test.each([
    { kind: "ready" },
    { kind: "request", id: 1, method: "chat", params: { channel: "#general", body: "hi" } },
    { kind: "draft", text: "" },
    { kind: "open-file", path: "src/a.py", line: 3 },
  ])("%j is understood", (message) => {
    expect(isFromPage(message)).toBe(true);
  });

  test.each([
    { kind: "request", id: 1, method: "chat", params: null },
    { kind: "request", id: 1, method: "chat", params: [] },
    { kind: "request", method: "chat", params: {} },
    { kind: "open-file", path: 1 },
    { kind: "open-file", path: "a", line: "3" },
    { kind: "eval", text: "1" },
  ])("%j is dropped", (message) => {
    expect(isFromPage(message)).toBe(false);
  });
});
