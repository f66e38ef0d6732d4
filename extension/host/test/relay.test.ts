import { describe, expect, it } from "vitest";
import { isToPage, type FromPage, type ToPage } from "#protocol/bridge";
import { Relay, isAllowedLink } from "../src/room/relay";
import { EventStream } from "../src/room/stream";
import { fakeSidecar, settled, type Fake } from "./fakeSidecar";
import { event, happened, supervising } from "./shown";

interface Page extends Fake {
  relay: Relay;
  got: ToPage[];
  opened: unknown[];
  say: (message: FromPage) => Promise<void>;
}

async function page(): Promise<Page> {
  const fake = fakeSidecar();
  const got: ToPage[] = [];
  const opened: unknown[] = [];
  const relay = new Relay(fake.sidecar, new EventStream(fake.sidecar), {
    post: (message) => got.push(message),
    openFile: (file) => opened.push(file.path),
    findFiles: (paths) => Promise.resolve(paths.filter((path) => path.startsWith("src/"))),
    saveAttachment: ({ id, name }) => {
      opened.push(`${id} ${name}`);
      return Promise.resolve();
    },
    ask: (wish) => opened.push(wish),
    openLink: (href) => opened.push(href),
    onReady: () => undefined,
    log: (line) => fake.log.push(line),
  });
  await fake.sidecar.start();
  const say = async (message: FromPage): Promise<void> => {
    relay.receive(message);
    await settled();
  };
  return { ...fake, relay, got, opened, say };
}

describe("the relay", () => {
  it("says how the sidecar is as soon as the page is ready, and on every change", async () => {
    const { say, got, current } = await page();
    await say({ kind: "ready" });
    await current().die("killed by SIGKILL");
    expect(got).toEqual([
      { kind: "status", state: "connected", message: "" },
      {
        kind: "status",
        state: "reconnecting",
        message: "The sidecar ended (killed by SIGKILL). It starts again in 1 s; nothing is lost.",
      },
    ]);
  });

  it("hands a request on and the answer back", async () => {
    const { say, got, current } = await page();
    await say({ kind: "request", id: 5, method: "rooms", params: {} });
    current().last("rooms").answer({ channels: [], cursor: 1 });
    await settled();
    expect(got).toEqual([{ kind: "response", id: 5, result: { channels: [], cursor: 1 } }]);
  });

  it("says everything in shapes that the page understands", async () => {
    const { say, got, current } = await page();
    await say({ kind: "ready" });
    await say({ kind: "request", id: 1, method: "follow", params: { after: 3 } });
    current().last("follow").answer({ cursor: 3 });
    await settled();
    current().hear("chatbox/events", happened(event(4)));
    expect(got.map(({ kind }) => kind)).toEqual(["status", "response", "events"]);
    expect(got.every(isToPage)).toBe(true);
  });

  it.each(["hello", "link", "invite", "open_room", "stop", "constructor", "toString"])(
    "does not hand on %s",
    async (method) => {
      const { relay, got, current } = await page();
      relay.receive({ kind: "request", id: 1, method, params: {} });
      await settled();
      expect(got).toMatchObject([{ kind: "response", id: 1, error: { code: "NOT_PERMITTED" } }]);
      expect(current().asked).toEqual([]);
    },
  );

  it.each([undefined, null, 3, "ready", {}, { kind: "request", id: "1" }, { kind: "open-file" }])(
    "drops %j",
    async (message) => {
      const { relay, got, opened, log } = await page();
      relay.receive(message);
      await settled();
      expect([...got, ...opened]).toEqual([]);
      expect(log).toEqual(["The page sent a message of no known shape; it was dropped."]);
    },
  );

  it("sends events only to the newest request to follow", async () => {
    const { say, got, current } = await page();
    await say({ kind: "request", id: 1, method: "follow", params: { after: 3 } });
    current().last("follow").answer({ cursor: 3 });
    await settled();
    await say({ kind: "request", id: 2, method: "follow", params: { after: 3 } });
    current().last("follow").answer({ cursor: 3 });
    await settled();
    current().hear("chatbox/events", happened(event(4)));
    expect(got.filter(({ kind }) => kind === "events")).toHaveLength(1);
  });

  it("sends a page no events from before it followed", async () => {
    const { say, got, current } = await page();
    await say({ kind: "request", id: 1, method: "follow", params: { after: 3 } });
    // Still of the former stream: taking it would leave a gap behind 3.
    current().hear("chatbox/events", happened(event(9)));
    current().last("follow").answer({ cursor: 3 });
    await settled();
    current().hear("chatbox/events", happened(event(4), event(9)));
    const sent = got.flatMap((one) => (one.kind === "events" ? one.events.map(({ seq }) => seq) : []));
    expect(sent).toEqual([4, 9]);
  });

  it("sends a page also what comes before the answer to follow, when it directly continues", async () => {
    const { say, got, current } = await page();
    await say({ kind: "request", id: 1, method: "follow", params: { after: 3 } });
    current().hear("chatbox/events", happened(event(4)));
    current().last("follow").answer({ cursor: 3 });
    await settled();
    current().hear("chatbox/events", happened(event(5)));
    const sent = got.flatMap((one) => (one.kind === "events" ? one.events.map(({ seq }) => seq) : []));
    expect(sent).toEqual([4, 5]);
  });

  it("tells every page who supervises, wherever in the stream it stands", async () => {
    const { say, got, current } = await page();
    await say({ kind: "request", id: 1, method: "follow", params: { after: 3 } });
    const night = { id: "night", agents: ["builder"] };
    current().hear("chatbox/events", supervising(9, night));
    current().last("follow").answer({ cursor: 3 });
    await settled();
    current().hear("chatbox/events", happened(event(4)));
    const sent = got.filter((one) => one.kind === "events");
    expect(sent).toMatchObject([
      { events: [], cursor: 3, supervisors: [night] },
      { events: [{ seq: 4 }], cursor: 4, supervisors: null },
    ]);
    expect(sent.every(isToPage)).toBe(true);
  });

  it("says which paths are files, and hands nothing of it to the sidecar", async () => {
    const { say, got, current } = await page();
    const paths = ["src/a.py", "gone.py", 3, `src/${"a".repeat(1_000)}`];
    await say({ kind: "request", id: 1, method: "find_files", params: { paths } });
    await say({ kind: "request", id: 2, method: "find_files", params: { paths: "src/a.py" } });
    expect(got).toEqual([
      { kind: "response", id: 1, result: { found: ["src/a.py"] } },
      { kind: "response", id: 2, result: { found: [] } },
    ]);
    expect(current().asked).toEqual([]);
  });

  it("has the editor ask for what makes credentials", async () => {
    const { relay, say, opened } = await page();
    await say({ kind: "ask", wish: "invite" });
    await say({ kind: "ask", wish: "open-room" });
    relay.receive({ kind: "ask", wish: "delete-everything" });
    expect(opened).toEqual(["invite", "open-room"]);
  });

  it("has an attachment saved by the editor, which asks where", async () => {
    const { say, got, opened } = await page();
    await say({ kind: "request", id: 1, method: "save_attachment", params: { id: "ab", name: "a.txt" } });
    await say({ kind: "request", id: 2, method: "save_attachment", params: { id: 3 } });
    expect(opened).toEqual(["ab a.txt"]);
    expect(got).toMatchObject([
      { id: 1, result: {} },
      { id: 2, error: { code: "VALIDATION_ERROR" } },
    ]);
  });

  it("opens only links that lead to a page or a mailbox", async () => {
    const { say, opened } = await page();
    await say({ kind: "open-link", href: "https://example.org/" });
    await say({ kind: "open-link", href: "command:workbench.action.terminal.new" });
    await say({ kind: "open-link", href: "vscode://evil/" });
    await say({ kind: "open-link", href: "file:///etc/passwd" });
    expect(opened).toEqual(["https://example.org/"]);
  });
});

it("knows which links may be opened", () => {
  expect(["http://a", "mailto:a@b"].every(isAllowedLink)).toBe(true);
  expect(["javascript:alert(1)", "", "//host/share", "data:text/html,x"].some(isAllowedLink)).toBe(false);
});
