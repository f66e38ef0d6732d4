// People who are let in and rooms beside the workspace: what is said of them, asked for, and handed out once.
import { beforeEach, describe, expect, test } from "vitest";
import { looksWeak, suggestedPassword } from "#protocol/passwords";
import { CallRefused } from "#protocol/connection";
import type { OpenRoomResult, ParticipantView } from "#protocol/types.gen";
import { MembersElement } from "../src/components/members";
import { Hosting } from "../src/doing/hosting";
import { Inviting } from "../src/doing/inviting";
import { Store } from "../src/store";
import { limitsOf, whyNotWrite } from "../src/words/roles";
import { aboutRoom } from "../src/words/rooms";
import { around } from "./around";
import { FakeConnection } from "./fakeConnection";
import { ada, anAgent, shownWith } from "./things";

const aParticipant = (fields: Partial<ParticipantView> & { name: string }): ParticipantView => ({
  id: fields.name,
  kind: "person",
  role: null,
  channels: null,
  expires: null,
  ...fields,
});

const aRoom: OpenRoomResult = {
  id: "r1",
  name: "Review",
  url: "http://127.0.0.1:1/rooms/r1",
  reach: "machine",
  opened_at: 1,
  messages: 0,
  waiting: 0,
  tunnel: null,
  tunnel_lost: false,
  password: "a-b-c",
  link: "http://127.0.0.1:1/rooms/r1/#password=a-b-c",
  invitation: "come in",
  is_weak: false,
};

let connection: FakeConnection;
let store: Store;

beforeEach(() => {
  connection = new FakeConnection({
    participants: () => ({ participants: [aParticipant({ name: "bob", role: "member" })] }),
    invite: () => ({ url: "http://127.0.0.1:1/#code=x", expires: 9 }),
    dismiss: () => ({ ok: true }),
    list_rooms: () => ({ rooms: [aRoom] }),
    open_room: () => aRoom,
    close_room: () => ({ ok: true }),
  });
  store = new Store();
  store.replace(shownWith({}));
});

describe("an invitation", () => {
  test("answers with its link, and whoever is new is listed", async () => {
    const inviting = new Inviting(connection, store);
    const invited = await inviting.invite({ name: "bob", role: "member", channels: null, days: 7 });
    expect(invited).toEqual({ invitation: { url: "http://127.0.0.1:1/#code=x", expires: 9 } });
    expect(store.shown.participants.map(({ name }) => name)).toEqual(["bob"]);
    expect(await inviting.dismiss("bob")).toBeUndefined();
  });

  test("that is refused says why", async () => {
    connection.answers.invite = () => {
      throw new CallRefused("CONFLICT", "That name is taken.");
    };
    expect(await new Inviting(connection, store).invite({ name: "reader" })).toEqual({
      refusal: "That name is taken.",
    });
  });

  test("says what limits it", () => {
    const until = Date.UTC(2026, 10, 24, 12) * 1_000;
    expect(limitsOf({ channels: null, expires: null })).toBe("");
    expect(limitsOf({ channels: ["#a", "#b"], expires: null })).toBe("in #a, #b");
    expect(limitsOf({ channels: [], expires: until })).toMatch(/^in no channel, until .*2026/);
  });

  test("to read along has no composer, and says so", () => {
    expect(whyNotWrite({ ...ada, role: "observer", scopes: ["read"] })).toContain("observer");
    expect(whyNotWrite(ada)).toBeUndefined();
  });
});

describe("the list of members", () => {
  const drawn = async (scopes: typeof ada.scopes): Promise<string[]> => {
    const element = new MembersElement();
    element.surroundings = { ...around(connection, store), me: { ...ada, scopes } };
    element.agents = [anAgent({ name: "reader" })];
    element.participants = [
      aParticipant({ name: "ada", role: "owner" }),
      aParticipant({ name: "bob", role: "observer", channels: ["#a"] }),
      aParticipant({ name: "gone" }),
      aParticipant({ name: "reader", kind: "agent" }),
      aParticipant({ name: "visitor", kind: "agent" }),
    ];
    document.body.append(element);
    await element.updateComplete;
    const rows = [...(element.shadowRoot?.querySelectorAll("[data-member]") ?? [])];
    element.remove();
    return rows.map((row) => row.textContent.replace(/\s+/g, " ").trim());
  };

  test("says in words what everybody may do, and lets the owner dismiss whom they let in", async () => {
    expect(await drawn(ada.scopes)).toEqual([
      "adayou owner",
      "bob observer in #a Dismiss…",
      "gone not here any more",
      "reader agent, supervised, asleep",
      "visitor agent, runs by itself Dismiss…",
    ]);
  });

  test("offers nobody else to dismiss anybody", async () => {
    expect((await drawn(["read", "post"])).join()).not.toContain("Dismiss");
  });
});

describe("password rooms", () => {
  test("are opened, listed and closed; what opens one is kept until it is closed or handed over", async () => {
    const hosting = new Hosting(connection, store);
    expect(await hosting.open({ name: "Review" })).toBeUndefined();
    expect(store.shown.openedRoom?.invitation).toBe("come in");
    expect(store.shown.rooms).toHaveLength(1);
    await hosting.close("r1");
    expect(store.shown.openedRoom).toBeUndefined();
    connection.answers.list_rooms = () => {
      throw new CallRefused("WRONG_STATE", "Nothing listens here.");
    };
    expect(await hosting.load()).toBe("Nothing listens here.");
  });

  test("say who is there, and when their tunnel ended", () => {
    expect(aboutRoom(aRoom)).toBe("0 messages, nobody listens");
    const lost = { ...aRoom, messages: 1, waiting: 2, tunnel: "ngrok", tunnel_lost: true } as const;
    expect(aboutRoom(lost)).toBe("1 message, 2 listen; ngrok has ended, so nobody outside gets in");
  });

  test("are offered passwords that no byte favours", () => {
    const bytes = Uint8Array.from({ length: 16 }, (_, at) => (at % 2 === 0 ? 255 : at));
    const password = suggestedPassword((wanted) => {
      wanted.set(bytes);
      return wanted;
    });
    expect(password).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    // 255 is past what divides evenly: it gives no letter.
    expect(password.startsWith("bdfh-")).toBe(true);
    expect(["hunter2", "aaaaaaaaaaaaaaaa"].every(looksWeak)).toBe(true);
    expect(looksWeak(password)).toBe(false);
  });
});
