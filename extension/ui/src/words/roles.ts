// What people may do here, in words.
import type { InviteParams, ParticipantView, Whoami } from "#protocol/types.gen";
import { exactDay } from "./times";

export type Role = NonNullable<ParticipantView["role"]>;
export type InvitedRole = NonNullable<InviteParams["role"]>;

export const ROLE_WORDS: Readonly<Record<Role, string>> = {
  owner: "owner",
  approver: "approver",
  member: "member",
  observer: "observer",
};

export const ROLE_ABOUT: Readonly<Record<Role, string>> = {
  owner: "does everything here",
  approver: "reads, writes, and decides approvals",
  member: "reads and writes",
  observer: "reads along",
};

export const INVITED_ROLES: readonly InvitedRole[] = ["member", "approver", "observer"];
export const DAYS: readonly number[] = [1, 7, 30, 90];

export const daysWords = (days: number): string => (days === 1 ? "1 day" : `${days} days`);

/** Up to when, and to which channels: what limits somebody who was invited. Empty when nothing does. */
export function limitsOf({ channels, expires }: Pick<ParticipantView, "channels" | "expires">): string {
  const where =
    channels === null ? "" : channels.length === 0 ? "in no channel" : `in ${channels.join(", ")}`;
  const until = expires === null ? "" : `until ${exactDay(expires)}`;
  return [where, until].filter((one) => one !== "").join(", ");
}

/** Why there is no composer; undefined when there is one. */
export function whyNotWrite(me: Whoami | undefined): string | undefined {
  if (me === undefined || me.scopes.includes("post")) return undefined;
  return me.role === "observer"
    ? "You are here as an observer: you read along. Whoever invited you can let you write, too."
    : "You may read here, not write.";
}
