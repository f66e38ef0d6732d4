// Lists read to their end. One answer is within a budget and says when it left something out; what a person looks at is
// whole, however many answers it takes.
import type { Connection, ResultOf } from "./connection";
import type { ApprovalsResult, DeliveryView, MessageView, Wording } from "./types.gen";

/** Whatever asks for operations. */
export type Caller = Pick<Connection, "call">;

/** As many as one answer takes. */
const LIMIT = 500;

/** The answers one after the other, each asked for with the one before it. */
async function answers<R extends { readonly more: boolean }>(
  ask: (former: R | undefined) => Promise<R>,
  isEnough: (found: readonly R[]) => boolean = () => false,
): Promise<R[]> {
  let last = await ask(undefined);
  const found = [last];
  while (last.more && !isEnough(found)) {
    last = await ask(last);
    found.push(last);
  }
  return found;
}

/** Every open approval, oldest first. */
export async function openApprovals(caller: Caller): Promise<Omit<ApprovalsResult, "more">> {
  const found = await answers<ApprovalsResult>((former) =>
    caller.call("approvals", {
      status: "open",
      limit: LIMIT,
      ...(former && { beyond: former.approvals.at(-1)?.id ?? null }),
    }),
  );
  return { approvals: found.flatMap(({ approvals }) => approvals), cursor: earliest(found) };
}

/** The newest approvals of all, at least `count` when there are as many; oldest first. */
export async function newestApprovals(caller: Caller, count: number): Promise<Omit<ApprovalsResult, "more">> {
  const found = await answers<ApprovalsResult>(
    (former) =>
      caller.call("approvals", {
        status: "all",
        limit: LIMIT,
        ...(former && { beyond: former.approvals[0]?.id ?? null }),
      }),
    (parts) => parts.reduce((sum, { approvals }) => sum + approvals.length, 0) >= count,
  );
  return { approvals: found.reverse().flatMap(({ approvals }) => approvals), cursor: earliest(found) };
}

/** Where events go on: nothing that happened between the answers is missed. */
function earliest(found: readonly { cursor: number }[]): number {
  return Math.min(...found.map(({ cursor }) => cursor));
}

/** Every pinned message of a channel, oldest first. */
export async function pinnedIn(caller: Caller, channel: string): Promise<MessageView[]> {
  const found = await answers<ResultOf<"pins">>((former) =>
    caller.call("pins", { channel, limit: LIMIT, after: former?.messages.at(-1)?.id ?? 0 }),
  );
  return found.flatMap(({ messages }) => messages);
}

/** Every proposal that is open, or that holds, oldest first. */
export async function proposals(caller: Caller, status: "open" | "standing"): Promise<MessageView[]> {
  const found = await answers<ResultOf<"decisions">>((former) =>
    caller.call("decisions", {
      status,
      limit: LIMIT,
      ...(former && { before: former.proposals[0]?.id ?? null }),
    }),
  );
  return found.reverse().flatMap((part) => part.proposals);
}

/** All that an edited message said, oldest first. */
export async function wordingsOf(caller: Caller, message: number): Promise<Wording[]> {
  const found = await answers<ResultOf<"wordings">>((former) =>
    caller.call("wordings", { message_id: message, limit: LIMIT, after: former?.wordings.at(-1)?.id ?? 0 }),
  );
  return found.flatMap(({ wordings }) => wordings);
}

/** Whom messages woke, and what came of it. */
export async function deliveriesOf(caller: Caller, messages: readonly number[]): Promise<DeliveryView[]> {
  const found = await answers<ResultOf<"deliveries">>((former) => {
    const last = former?.deliveries.at(-1);
    if (last === undefined) return caller.call("deliveries", { message_ids: [...messages] });
    const rest = messages.slice(messages.indexOf(last.id));
    return caller.call("deliveries", { message_ids: rest, after_agent: last.agent });
  });
  return found.flatMap(({ deliveries }) => deliveries);
}
