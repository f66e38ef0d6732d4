import { describe, expect, it } from "vitest";
import type { AgentView } from "#protocol/types.gen";
import { agentItem, agentsMessage, isTicking, NOBODY_SUPERVISES } from "../src/views/agentItems";
import { approvalItem, newlyOpen, notice, question, wholeQuestion } from "../src/views/approvalItems";
import { changes } from "../src/views/changes";
import { statusText } from "../src/views/statusText";
import { ago, headline, lasting } from "../src/views/words";
import { agent, approval, before, NOW_MS } from "./shown";

describe("an approval in the tree", () => {
  it("says what is asked, by whom, where and when", () => {
    expect(approvalItem(approval(), NOW_MS)).toMatchObject({
      label: "Delete the old table",
      description: "@builder · #general · 3 min ago",
    });
  });

  it("shows the whole question on hover", () => {
    expect(approvalItem(approval(), NOW_MS).tooltip).toContain("drop table users_old");
  });

  it("falls back to the text when there is no title, and says when that is gone too", () => {
    expect(question(approval({ title: null }))).toBe("drop table users_old");
    expect(question(approval({ title: null, body: null }))).toBe("(removed)");
  });

  it("shows no characters that could turn the text into another", () => {
    expect(wholeQuestion(approval({ title: "a\u202Eb\u200Bc\u0007", body: null }))).toBe("abc");
  });
});

describe("the notification of an approval", () => {
  it("can be decided when it holds all that is asked", () => {
    expect(notice(approval())).toEqual({
      text: "@builder asks: Delete the old table drop table users_old",
      isWhole: true,
    });
  });

  it("can only be shown when it does not", () => {
    expect(notice(approval({ body: "x".repeat(300) }))).toEqual({
      text: "@builder asks: Delete the old table",
      isWhole: false,
    });
  });

  it("comes only for those that were not open before", () => {
    const [old, fresh] = [approval({ id: 1 }), approval({ id: 2 })];
    expect(newlyOpen([old], [old, fresh])).toEqual([fresh]);
  });
});

describe("an agent in the tree", () => {
  it.each<[string, Partial<AgentView>, string, string]>([
    ["asleep", { state: "asleep" }, "asleep", "agent-asleep"],
    ["waking", { state: "waking" }, "waking", "agent-waking"],
    [
      "waking, run by nobody",
      { state: "waking", supervised: false },
      "waits for a supervisor",
      "agent-waking",
    ],
    ["busy", { state: "busy", turn_started_at: before(75) }, "busy · 1 min", "agent-busy"],
    [
      "resting",
      { state: "backoff", attempt: 2, retry_at: before(-8) },
      "rests after attempt 2 · again in 8 s",
      "agent-backoff",
    ],
    [
      "parked",
      { state: "parked", parked_because: "Paused by ada." },
      "parked: Paused by ada.",
      "agent-parked",
    ],
  ])("that is %s", (_, given, description, contextValue) => {
    expect(agentItem(agent(given), NOW_MS)).toMatchObject({ description, contextValue });
  });

  it("has an icon of its own in every state", () => {
    const states = ["asleep", "waking", "busy", "backoff", "parked"] as const;
    expect(new Set(states.map((state) => agentItem(agent({ state }), NOW_MS).icon)).size).toBe(states.length);
  });

  it("is drawn anew every second only while something counts", () => {
    expect(isTicking(agent({ state: "busy" }))).toBe(true);
    expect(isTicking(agent({ state: "asleep" }))).toBe(false);
  });
});

describe("above the agents", () => {
  const state = { isKnown: true, approvals: [], agents: [agent()], supervisors: [] };

  it("stands that nobody wakes them", () => {
    expect(agentsMessage(state, true)).toBe(NOBODY_SUPERVISES);
  });

  it("stands the reason when it is trust", () => {
    expect(agentsMessage(state, false)).toContain("not trusted");
  });

  it("stands nothing while somebody runs them", () => {
    expect(agentsMessage({ ...state, supervisors: [{ id: "s", agents: ["builder"] }] }, true)).toBe("");
    expect(agentsMessage({ ...state, isKnown: false }, true)).toBe("");
  });
});

describe("the status bar", () => {
  const quiet = {
    isKnown: true,
    approvals: [],
    agents: [agent()],
    supervisors: [{ id: "s", agents: ["builder"] }],
  };

  it("counts what waits for a person", () => {
    const text = statusText({ kind: "running", role: "owner" }, { ...quiet, approvals: [approval()] });
    expect(text).toMatchObject({ text: "$(comment-discussion) ChatBox $(question) 1", urgency: "warning" });
    expect(text.screenReader).toContain("1 approval waits for you");
  });

  it("says that the sidecar ended for good", () => {
    const text = statusText({ kind: "stopped", because: "exit code 1" }, quiet);
    expect(text).toMatchObject({ text: "$(error) ChatBox", urgency: "error" });
    expect(text.tooltip).toContain("exit code 1");
  });
});

describe("words", () => {
  it.each([
    [0, "0 s"],
    [59_999, "59 s"],
    [60_000, "1 min"],
    [3_600_000, "1 h"],
    [86_400_000 * 2, "2 d"],
    [-5, "0 s"],
  ])("says how long %i ms are", (ms, said) => {
    expect(lasting(ms)).toBe(said);
  });

  it("says what was a moment ago", () => {
    expect(ago(before(5), NOW_MS)).toBe("just now");
    expect(ago(before(7200), NOW_MS)).toBe("2 h ago");
  });

  it("cuts a long text to its first line", () => {
    expect(headline("\n  one\ntwo")).toBe("one");
    expect(headline("x".repeat(200), 10)).toBe(`${"x".repeat(9)}…`);
  });
});

describe("a list is drawn anew", () => {
  const [one, two] = [approval({ id: 1 }), approval({ id: 2 })];

  it("as a whole only when items come, go or move", () => {
    expect(changes([one], [one, two])).toBe("all");
    expect(changes([one, two], [two])).toBe("all");
    expect(changes([one, two], [two, one])).toBe("all");
  });

  it("where it changed otherwise", () => {
    expect(changes([one, two], [one, { ...two, title: "New" }])).toEqual([2]);
    expect(changes([one, two], [{ ...one }, two])).toEqual([]);
  });
});
