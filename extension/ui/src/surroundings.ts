// What every component needs to know besides what it shows: who looks, who is who, and whom to ask for things.
import type { NativeWish } from "#protocol/bridge";
import type { AttachmentView, Scope, Whoami } from "#protocol/types.gen";
import type { Attaching } from "./doing/attaching";
import type { Changing } from "./doing/changing";
import type { Directing } from "./doing/directing";
import type { Fetching } from "./doing/fetching";
import type { Hosting } from "./doing/hosting";
import type { Inviting } from "./doing/inviting";
import type { Reading } from "./doing/reading";
import type { Saying } from "./doing/saying";
import type { Searching } from "./doing/searching";
import type { Voting } from "./doing/voting";
import type { Shown } from "./state/shown";
import type { Kind } from "./words/identity";
import type { FilePiece } from "./words/references";

/** A place in a file of the workspace; lines and columns count from 1. */
export type Spot = Pick<FilePiece, "path" | "line" | "column" | "endLine">;

/** Where the page runs: what it can do there beyond showing things. */
export interface Place {
  readonly isEditor: boolean;
  /** Whether the workspace has a file there; asked only where files can be opened. */
  hasFile(path: string): Promise<boolean>;
  openFile(file: Spot): void;
  /** Follow a link out of the page; false when the browser is to do it by itself. */
  openLink(href: string): boolean;
  /** Put a file where the person says, if they do. Rejects with what went wrong. */
  save(attachment: AttachmentView): Promise<void>;
  /** Where the editor asks by itself for what makes credentials: the page then only asks for that. */
  readonly asksNatively: ((wish: NativeWish) => void) | undefined;
  /** The text in a composer changed. */
  onDraft(text: string): void;
  /** Try to connect now. */
  hurry(): void;
}

export interface Actions {
  readonly reading: Reading;
  readonly saying: Saying;
  readonly attaching: Attaching;
  readonly fetching: Fetching;
  readonly changing: Changing;
  readonly directing: Directing;
  readonly searching: Searching;
  readonly voting: Voting;
  readonly inviting: Inviting;
  readonly hosting: Hosting;
  readonly place: Place;
  say(text: string): void;
}

/** Replaced as a whole when one of its parts changes, so that components can compare it by identity. */
export interface Surroundings {
  readonly me: Whoami | undefined;
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly channels: readonly string[];
  /** Agents that run no turn until they are resumed. */
  readonly parked: ReadonlySet<string>;
  readonly actions: Actions;
}

/** The same object as before while nothing in it changed. */
export function renewed(before: Surroundings | undefined, shown: Shown, actions: Actions): Surroundings {
  const { me, participants, agents } = shown;
  const channels = shown.channels.map(({ name }) => name);
  const kinds = new Map<string, Kind>(agents.map(({ name }) => [name, "agent"]));
  for (const { name, kind } of participants) kinds.set(name, kind);
  const parked = new Set(agents.filter((agent) => agent.state === "parked").map(({ name }) => name));
  const isSame =
    before?.me === me &&
    before?.actions === actions &&
    before.channels.join() === channels.join() &&
    [...before.parked].join() === [...parked].join() &&
    [...before.kinds].join() === [...kinds].join();
  return isSame ? before : { me, kinds, channels, parked, actions };
}

export const may = (surroundings: Surroundings, scope: Scope): boolean =>
  surroundings.me?.scopes.includes(scope) ?? false;

export const kindIn = (surroundings: Pick<Surroundings, "kinds">, name: string): Kind =>
  surroundings.kinds.get(name) ?? (name === "system" ? "system" : "agent");
