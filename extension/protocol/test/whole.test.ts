import { expect, test } from "vitest";
import type { OperationName } from "../src/bridge";
import type { ParamsOf, ResultOf } from "../src/connection";
import type { ApprovalView, DeliveryView } from "../src/types.gen";
import type { Caller } from "../src/whole";
import { deliveriesOf, newestApprovals, openApprovals, pinnedIn } from "../src/whole";

type Answers = { [O in OperationName]?: (params: ParamsOf<O>) => ResultOf<O> };

function answering(answers: Answers): Caller {
  return {
    call: (operation, params) => {
      const answer = answers[operation];
      if (answer === undefined) throw new Error(`The test answers no ${operation}.`);
      return Promise.resolve(answer(params));
    },
  };
}

const approval = (id: number): ApprovalView => ({
  id,
  channel: "#general",
  asked_by: "bob",
  asked_at: id,
  tier: 2,
  title: null,
  body: "May I?",
  digest: "d",
  status: "open",
  decided_by: null,
  decided_at: null,
  reason: null,
  via: null,
  expires: null,
  attachments: [],
  truncated: false,
});

const delivery = (id: number, agent: string): DeliveryView => ({
  id,
  agent,
  status: "woken",
  at: 1,
  reason: "mentioned",
  turn: null,
  error: null,
  truncated: false,
});

/** As the sidecar tells approvals, two at a time. */
function byTwos(numbers: readonly number[], asked: ParamsOf<"approvals">[]): Caller {
  return answering({
    approvals: (params) => {
      asked.push(params);
      const beyond = params.beyond ?? undefined;
      const isOpen = params.status === "open";
      const left = numbers.filter((id) => beyond === undefined || (isOpen ? id > beyond : id < beyond));
      const told = isOpen ? left.slice(0, 2) : left.slice(-2);
      return { approvals: told.map(approval), more: told.length < left.length, cursor: 10 + asked.length };
    },
  });
}

test("open approvals are read to their end, and events go on from the first answer", async () => {
  const asked: ParamsOf<"approvals">[] = [];
  const found = await openApprovals(byTwos([1, 2, 3, 4, 5], asked));
  expect(found.approvals.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5]);
  expect(asked).toHaveLength(3);
  expect(found.cursor).toBe(11);
});

test("of all approvals the newest are read, until there are enough", async () => {
  const asked: ParamsOf<"approvals">[] = [];
  const found = await newestApprovals(byTwos([1, 2, 3, 4, 5], asked), 3);
  expect(found.approvals.map(({ id }) => id)).toEqual([2, 3, 4, 5]);
  expect(asked).toHaveLength(2);
});

test("an answer that says that it is all is the only one asked for", async () => {
  let asked = 0;
  const caller = answering({
    pins: () => {
      asked += 1;
      return { messages: [], more: false };
    },
  });
  expect(await pinnedIn(caller, "#general")).toEqual([]);
  expect(asked).toBe(1);
});

test("deliveries go on within a message, and then with the next ones", async () => {
  const all = [delivery(4, "a"), delivery(4, "b"), delivery(4, "c"), delivery(7, "a"), delivery(9, "b")];
  const caller = answering({
    deliveries: ({ message_ids, after_agent }) => {
      const left = all.filter(
        ({ id, agent }) =>
          message_ids.includes(id) && !(id === message_ids[0] && agent <= (after_agent ?? "")),
      );
      return { deliveries: left.slice(0, 2), more: left.length > 2 };
    },
  });
  expect(await deliveriesOf(caller, [4, 7, 9])).toEqual(all);
});
