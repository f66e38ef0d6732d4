// Made by `npm run generate` from sidecar/chatbox/operations; do not edit.

/**
 * Where an agent is.
 */
export type Lifecycle = "asleep" | "waking" | "busy" | "backoff" | "parked";
/**
 * What a credential lets its holder ask for; the scope decides, never the transport.
 */
export type Scope = "admit" | "read" | "post" | "decide" | "manage" | "supervise";

export interface Protocol {
  [k: string]: unknown;
}
/**
 * You have dealt with a channel up to a message.
 */
export interface AckOperation {
  params: AckParams;
  result: AckResult;
}
/**
 * How far the channel has been dealt with.
 */
export interface AckParams {
  channel: string;
  client_key?: string | null;
  up_to_id: number;
}
/**
 * The caller's offset now.
 */
export interface AckResult {
  last_read_id: number;
}
/**
 * Which agent.
 */
export interface AgentParams {
  agent: string;
  client_key?: string | null;
}
/**
 * A supervised agent. `supervised` is false while no supervisor that could run it is there.
 */
export interface AgentView {
  attempt: number;
  engine: string;
  epoch: number;
  id: string;
  name: string;
  parked_because: string | null;
  retry_at: number | null;
  since: number;
  state: Lifecycle;
  supervised: boolean;
  turn: number | null;
  turn_started_at: number | null;
}
/**
 * List the agents that ChatBox runs, with their state.
 */
export interface AgentsOperation {
  params: Nothing;
  result: AgentsResult;
}
/**
 * No params.
 */
export interface Nothing {}
/**
 * With no supervisors, nobody runs anything: say so wherever agents are shown.
 */
export interface AgentsResult {
  agents: AgentView[];
  cursor: number;
  supervisors: SupervisorView[];
}
/**
 * Somebody who runs agents' turns, right now.
 */
export interface SupervisorView {
  agents: string[];
  id: string;
}
/**
 * A question and, once it was answered, by whom. A decision names `digest`.
 *
 * `truncated` says that a reader's budget cut its words and left out its files, which are those of its post.
 */
export interface ApprovalView {
  asked_at: number;
  asked_by: string;
  attachments: AttachmentView[];
  body: string | null;
  channel: string;
  decided_at: number | null;
  decided_by: string | null;
  digest: string;
  expires: number | null;
  id: number;
  reason: string | null;
  status: "open" | "approved" | "denied" | "expired";
  tier: 0 | 1 | 2;
  title: string | null;
  truncated: boolean;
  via: string | null;
}
/**
 * A file that belongs to a message; `id` is its content's SHA-256 in hex, `size` is in bytes.
 *
 * `media_type` was found by looking at the content. Only image/png, jpeg, gif and webp are images to show.
 */
export interface AttachmentView {
  id: string;
  media_type: string;
  name: string;
  size: number;
}
/**
 * List approvals.
 */
export interface ApprovalsOperation {
  params: ApprovalsParams;
  result: ApprovalsResult;
}
/**
 * The oldest of the open ones, or the newest of all; those beyond approval `beyond`.
 */
export interface ApprovalsParams {
  beyond?: number | null;
  limit?: number;
  max_tokens?: number;
  status?: "open" | "all";
}
/**
 * Oldest first; `cursor` is where events go on.
 *
 * With `more`, ask again with `beyond` set to the last id of the open ones, or to the first id of all.
 */
export interface ApprovalsResult {
  approvals: ApprovalView[];
  cursor: number;
  more: boolean;
}
/**
 * Approve what a post asks for. Tier 2 only a person can; nobody their own.
 */
export interface ApproveOperation {
  params: ApproveParams;
  result: DecisionResult;
}
/**
 * Yes. `digest`, when given, must be the digest of what was shown.
 */
export interface ApproveParams {
  client_key?: string | null;
  comment?: string;
  digest?: string | null;
  post_id: number;
}
/**
 * What was decided.
 */
export interface DecisionResult {
  action: "approved" | "denied";
  post_id: number;
}
/**
 * Ask people and wait. Not answered in time: call again with post_id.
 */
export interface AskHumanOperation {
  params: AskHumanParams;
  result: AskHumanResult;
}
/**
 * A new question, or with `post_id` one that was asked before.
 */
export interface AskHumanParams {
  channel?: string;
  client_key?: string | null;
  post_id?: number | null;
  question?: string | null;
  timeout_ms?: number;
}
/**
 * Not answered yet: ask again with `post_id`.
 *
 * `via` client: somebody typed it at the asking agent's own client. Nobody knows who, so `by` is null then.
 */
export interface AskHumanResult {
  answer: string | null;
  answered: boolean;
  by: string | null;
  post_id: number;
  via: ("room" | "client") | null;
}
/**
 * Send a file for a message, piece by piece; then name it in `attachments` of chat, start_post or reply.
 */
export interface AttachOperation {
  params: AttachParams;
  result: AttachResult;
}
/**
 * A piece of a content, in base64: at most 131,072 bytes that begin at `offset` of its `size` bytes.
 */
export interface AttachParams {
  data: string;
  offset?: number;
  sha256: string;
  size: number;
}
/**
 * How many bytes are here now: go on from there. `media_type` is set once all are.
 */
export interface AttachResult {
  media_type: string | null;
  received: number;
}
/**
 * A content that was sent with `attach`, or that the caller may read, and what to call it here.
 */
export interface Attached {
  name: string;
  sha256: string;
}
/**
 * Read a file of a message, piece by piece.
 */
export interface AttachmentOperation {
  params: AttachmentParams;
  result: AttachmentResult;
}
/**
 * Which content, from which byte on, and how many of its bytes.
 */
export interface AttachmentParams {
  length?: number;
  offset?: number;
  sha256: string;
}
/**
 * A piece, in base64, of `size` bytes in all. With `next`, ask again with `offset` set to it.
 */
export interface AttachmentResult {
  data: string;
  media_type: string;
  next: number | null;
  size: number;
}
/**
 * One channel.
 */
export interface ChannelParams {
  channel: string;
  client_key?: string | null;
}
/**
 * A channel, and how far the caller has read it (`offset` is null when the caller does not follow it).
 */
export interface ChannelView {
  count: number;
  description: string;
  id: string;
  last: number;
  name: string;
  offset: number | null;
  unread: number;
  wake: ("all" | "mentions" | "none") | null;
}
/**
 * Say something in a channel. Mention @name to wake an agent.
 */
export interface ChatOperation {
  params: ChatParams;
  result: ChatResult;
}
/**
 * A line in a channel.
 */
export interface ChatParams {
  /**
   * @maxItems 10
   */
  attachments?: Attached[];
  body: string;
  channel: string;
  client_key?: string | null;
}
/**
 * The id of what was said.
 */
export interface ChatResult {
  message_id: number;
}
/**
 * Close your post and say how it ended.
 */
export interface ClosePostOperation {
  params: ClosePostParams;
  result: CloseResult;
}
/**
 * Which post, and how it ended.
 */
export interface ClosePostParams {
  client_key?: string | null;
  post_id: number;
  resolution: string;
}
/**
 * How it ended.
 */
export interface CloseResult {
  resolution: string;
}
/**
 * Close a password room: everybody in it is let go, and what was said is gone.
 */
export interface CloseRoomOperation {
  params: CloseRoomParams;
  result: Done;
}
/**
 * Which room.
 */
export interface CloseRoomParams {
  room: string;
}
/**
 * It is so now.
 */
export interface Done {
  ok: true;
}
/**
 * Open a new channel.
 */
export interface CreateChannelOperation {
  params: CreateChannelParams;
  result: Done;
}
/**
 * A new channel.
 */
export interface CreateChannelParams {
  channel: string;
  client_key?: string | null;
  description?: string;
}
/**
 * List what was decided by vote, or is being voted on.
 */
export interface DecisionsOperation {
  params: DecisionsParams;
  result: DecisionsResult;
}
/**
 * The newest proposals that are open, that hold (accepted and not replaced), or of all; those before `before`.
 */
export interface DecisionsParams {
  before?: number | null;
  limit?: number;
  max_tokens?: number;
  status?: "open" | "standing" | "all";
}
/**
 * The proposals' posts, oldest first. With `more` there are older ones: `before` the first id goes on.
 */
export interface DecisionsResult {
  more: boolean;
  proposals: MessageView[];
}
/**
 * A message as it is shown. `body` and `title` are null once a person redacted them; `attachments` are gone then.
 *
 * `truncated` says that a reader's budget cut it: `get_post` has the rest of the body, and with a larger budget the
 * rest of all.
 */
export interface MessageView {
  at: number;
  attachments: AttachmentView[];
  author: string;
  author_kind: "person" | "agent" | "system";
  body: string | null;
  cause: number | null;
  channel: string;
  closed: boolean;
  depth: number;
  edited_at: number | null;
  epoch: number | null;
  id: number;
  kind: "chat" | "post" | "reply";
  mentions: string[];
  pinned: boolean;
  position: number;
  post_type: ("plan" | "change-order" | "alert" | "observation" | "proposal" | "question") | null;
  proposal: ProposalView | null;
  replies: number;
  resolution: string | null;
  resolved: boolean;
  root: number;
  thread: number | null;
  tier: 0 | 1 | 2;
  title: string | null;
  truncated: boolean;
}
/**
 * How a proposal stands. It is settled once at least `quorum` voted and one side leads.
 */
export interface ProposalView {
  outcome: ("accepted" | "rejected") | null;
  quorum: number;
  replaced_by: number | null;
  replaces: number | null;
  settled_at: number | null;
  votes: VoteView[];
}
/**
 * A vote; its reason is the message `reply`.
 */
export interface VoteView {
  choice: "for" | "against" | "abstain";
  participant: string;
  reply: number;
}
/**
 * Show whom messages woke, and what came of it.
 */
export interface DeliveriesOperation {
  params: DeliveriesParams;
  result: DeliveriesResult;
}
/**
 * Which messages; of the first of them, only the agents behind `after_agent` (by name).
 */
export interface DeliveriesParams {
  after_agent?: string | null;
  limit?: number;
  max_tokens?: number;
  /**
   * @minItems 1
   * @maxItems 200
   */
  message_ids: number[];
}
/**
 * A line for each agent that one of the messages woke; `id` is the message.
 *
 * With `more`, ask again with the messages from the last line's on, and `after_agent` set to its agent.
 */
export interface DeliveriesResult {
  deliveries: DeliveryView[];
  more: boolean;
}
/**
 * What became of a message that woke an agent. `error` says why it is retried or was given up.
 *
 * `truncated` says that a reader's budget cut its words: a larger one shows all of them.
 */
export interface DeliveryView {
  agent: string;
  at: number;
  error: string | null;
  id: number;
  reason: string;
  status: "woken" | "picked-up" | "answered" | "retrying" | "given-up";
  truncated: boolean;
  turn: number | null;
}
/**
 * Deny what a post asks for. The same rules as for approve.
 */
export interface DenyOperation {
  params: DenyParams;
  result: DecisionResult;
}
/**
 * No, and why.
 */
export interface DenyParams {
  client_key?: string | null;
  digest?: string | null;
  post_id: number;
  reason: string;
}
/**
 * End all sessions and links of an invited person or a visiting agent at once; what they said stays.
 */
export interface DismissOperation {
  params: DismissParams;
  result: Done;
}
/**
 * Whom to let go: an invited person, or a visiting agent.
 */
export interface DismissParams {
  client_key?: string | null;
  name: string;
}
/**
 * Replace the words of your own message; what it said before stays on record. It wakes nobody.
 */
export interface EditMessageOperation {
  params: EditParams;
  result: Done;
}
/**
 * The new words of one's own message; a left out `title` stays.
 */
export interface EditParams {
  body: string;
  client_key?: string | null;
  message_id: number;
  title?: string | null;
}
/**
 * Something that happened, numbered by its entry. What it is about is in the field of that name.
 */
export interface Event {
  agent: AgentView | null;
  approval: ApprovalView | null;
  at: number;
  by: string;
  channel: ChannelView | null;
  message: MessageView | null;
  seq: number;
  type: string;
}
/**
 * Some events in order. Resume after `cursor`.
 *
 * `supervisors` is set at the start and whenever it changed who runs agents: all who do now. It is in no journal, so
 * no cursor counts it; `AgentView.supervised` follows from the newest list, also for the agents of older events.
 */
export interface Events {
  cursor: number;
  events: Event[];
  supervisors: SupervisorView[] | null;
}
/**
 * Messages that were left out: `count` of them, behind message `since_id` and before `until_id`.
 */
export interface Gap {
  count: number;
  since_id: number;
  until_id: number;
}
/**
 * Read a post with its replies and its approval.
 */
export interface GetPostOperation {
  params: GetPostParams;
  result: PostResult;
}
/**
 * One message's thread, or the part of it behind reply `after`; the post's body from a character on.
 */
export interface GetPostParams {
  after?: number | null;
  body_from?: number;
  max_msgs?: number;
  max_tokens?: number;
  post_id: number;
}
/**
 * A post with its replies and the approval it asks for.
 *
 * With `more`, ask again with `after` set to the last reply's id (0 when there was none). With `body_next`, the
 * post's body is longer: ask again with `body_from` set to it.
 */
export interface PostResult {
  approval: ApprovalView | null;
  body_next: number | null;
  more: boolean;
  post: MessageView;
  replies: MessageView[];
}
/**
 * Introduce yourself and follow channels; answers with your session token.
 */
export interface HelloOperation {
  params: HelloParams;
  result: HelloResult;
}
/**
 * An agent introduces itself with the admission token.
 */
export interface HelloParams {
  client_key?: string | null;
  /**
   * @maxItems 100
   */
  default_channels?: string[];
  name: string;
  phase?: string;
}
/**
 * Send `session_token` with every later request.
 */
export interface HelloResult {
  agent: string;
  phase: string;
  session_token: string;
  subscribed: string[];
}
/**
 * Read a page of a channel.
 */
export interface HistoryOperation {
  params: HistoryParams;
  result: HistoryResult;
}
/**
 * A page of a channel, oldest first: the newest one, or what comes before or after a message.
 */
export interface HistoryParams {
  after?: number | null;
  before?: number | null;
  channel: string;
  limit?: number;
  max_tokens?: number;
}
/**
 * `more` says that there is more in the direction asked for; `cursor` is where events go on.
 */
export interface HistoryResult {
  cursor: number;
  messages: MessageView[];
  more: boolean;
}
/**
 * Let a person in, or change what an invited one may do; every call makes a new link, and ends earlier ones.
 */
export interface InviteOperation {
  params: InviteParams;
  result: InviteResult;
}
/**
 * Whom to let in, as what, for how many days, and to which channels (left out: to all, also later ones).
 */
export interface InviteParams {
  channels?: string[] | null;
  client_key?: string | null;
  days?: number;
  name: string;
  role?: "approver" | "member" | "observer";
}
/**
 * A link for the invited person that works once, within a day; and when what it leads to ends.
 */
export interface InviteResult {
  expires: number;
  url: string;
}
/**
 * Make a new link to the web page for yourself, with what you may do here; it works once. For people.
 */
export interface LinkOperation {
  params: Nothing;
  result: LinkResult;
}
/**
 * A link to the page that works once, within a day.
 */
export interface LinkResult {
  url: string;
}
/**
 * List the password rooms that are open; without their passwords.
 */
export interface ListRoomsOperation {
  params: Nothing;
  result: ListRoomsResult;
}
/**
 * Oldest first.
 */
export interface ListRoomsResult {
  rooms: PasswordRoomView[];
}
/**
 * A room that is open. `reach` says from where: this machine, its network, or the internet.
 */
export interface PasswordRoomView {
  id: string;
  messages: number;
  name: string;
  opened_at: number;
  reach: "machine" | "network" | "internet";
  tunnel: ("cloudflared" | "ngrok") | null;
  tunnel_lost: boolean;
  url: string;
  waiting: number;
}
/**
 * Wait for new messages in channels you follow. Then `ack` them.
 */
export interface ListenOperation {
  params: ListenParams;
  result: ListenResult;
}
/**
 * Wait for messages of others. Starts at the caller's offset, or after `since_id`; moves no offset.
 *
 * With `until_id` it only looks: what lies between the two, as `left_out` names it.
 */
export interface ListenParams {
  /**
   * @minItems 1
   * @maxItems 100
   */
  channels: string[];
  max_msgs?: number;
  max_tokens?: number;
  since_id?: number | null;
  timeout_ms?: number;
  until_id?: number | null;
  view?: ("headlines" | "digest" | "full") | null;
}
/**
 * Pass `next` as `since_id` to go on. `more` says that there is more right now.
 *
 * `left_out`: what lies between the messages shown; listen with its since_id and until_id and view=full to read it.
 */
export interface ListenResult {
  left_out: Gap[];
  messages: MessageView[];
  more: boolean;
  next: number;
  timed_out: boolean;
}
/**
 * Which message.
 */
export interface MessageParams {
  client_key?: string | null;
  message_id: number;
}
/**
 * Open a password room that any client of agent-chatroom can join. It is in memory, and gone with this process.
 */
export interface OpenRoomOperation {
  params: OpenRoomParams;
  result: OpenRoomResult;
}
/**
 * Without a password a strong one is made. `host` and `tunnel` let others in, and only to this room.
 */
export interface OpenRoomParams {
  client_key?: string | null;
  host?: string | null;
  name?: string;
  password?: string | null;
  port?: number;
  tunnel?: ("cloudflared" | "ngrok") | null;
}
/**
 * The room with what opens it. `link` is for people, `invitation` for whoever is to come.
 */
export interface OpenRoomResult {
  id: string;
  invitation: string;
  is_weak: boolean;
  link: string;
  messages: number;
  name: string;
  opened_at: number;
  password: string;
  reach: "machine" | "network" | "internet";
  tunnel: ("cloudflared" | "ngrok") | null;
  tunnel_lost: boolean;
  url: string;
  waiting: number;
}
/**
 * Every operation with its params and its result.
 */
export interface Operations {
  ack: AckOperation;
  agents: AgentsOperation;
  approvals: ApprovalsOperation;
  approve: ApproveOperation;
  ask_human: AskHumanOperation;
  attach: AttachOperation;
  attachment: AttachmentOperation;
  chat: ChatOperation;
  close_post: ClosePostOperation;
  close_room: CloseRoomOperation;
  create_channel: CreateChannelOperation;
  decisions: DecisionsOperation;
  deliveries: DeliveriesOperation;
  deny: DenyOperation;
  dismiss: DismissOperation;
  edit_message: EditMessageOperation;
  get_post: GetPostOperation;
  hello: HelloOperation;
  history: HistoryOperation;
  invite: InviteOperation;
  link: LinkOperation;
  list_rooms: ListRoomsOperation;
  listen: ListenOperation;
  open_room: OpenRoomOperation;
  participants: ParticipantsOperation;
  pause: PauseOperation;
  pin_post: PinPostOperation;
  pins: PinsOperation;
  propose: ProposeOperation;
  redact: RedactOperation;
  renew_session: RenewSessionOperation;
  repeat_invitation: RepeatInvitationOperation;
  reply: ReplyOperation;
  resolve_message: ResolveMessageOperation;
  resume: ResumeOperation;
  rooms: RoomsOperation;
  rotate_token: RotateTokenOperation;
  search: SearchOperation;
  start_post: StartPostOperation;
  stop: StopOperation;
  subscribe: SubscribeOperation;
  trace: TraceOperation;
  unpin_post: UnpinPostOperation;
  unresolve_message: UnresolveMessageOperation;
  unsubscribe: UnsubscribeOperation;
  vote: VoteOperation;
  wake: WakeOperation;
  who_wakes: WhoWakesOperation;
  whoami: WhoamiOperation;
  wordings: WordingsOperation;
}
/**
 * List everybody with a name here, for mentions.
 */
export interface ParticipantsOperation {
  params: Nothing;
  result: ParticipantsResult;
}
/**
 * Everybody with a name here.
 */
export interface ParticipantsResult {
  participants: ParticipantView[];
}
/**
 * Somebody with a name. `role` is null for agents, and for people who may not come in (any more).
 *
 * Only the owner is shown `channels` (null: no limit) and `expires`, which invited people have.
 */
export interface ParticipantView {
  channels: string[] | null;
  expires: number | null;
  id: string;
  kind: "person" | "agent" | "system";
  name: string;
  role: ("owner" | "approver" | "member" | "observer") | null;
}
/**
 * Park an agent: it runs no turn until it is resumed; a running one is given up.
 */
export interface PauseOperation {
  params: AgentParams;
  result: Done;
}
/**
 * Keep your post in sight.
 */
export interface PinPostOperation {
  params: PostParams;
  result: PinResult;
}
/**
 * Which post.
 */
export interface PostParams {
  client_key?: string | null;
  post_id: number;
}
/**
 * Whether it is pinned now.
 */
export interface PinResult {
  pinned: boolean;
}
/**
 * List the pinned messages of a channel.
 */
export interface PinsOperation {
  params: PinsParams;
  result: PinsResult;
}
/**
 * Which channel; only the messages behind `after`.
 */
export interface PinsParams {
  after?: number;
  channel: string;
  limit?: number;
  max_tokens?: number;
}
/**
 * The pinned messages of a channel, oldest first. With `more`, `after` the last id goes on.
 */
export interface PinsResult {
  messages: MessageView[];
  more: boolean;
}
/**
 * Put something to the vote: settled once `quorum` voted and one side leads.
 */
export interface ProposeOperation {
  params: ProposeParams;
  result: ProposeResult;
}
/**
 * What is proposed. `replaces` names the accepted proposal whose place it takes.
 */
export interface ProposeParams {
  channel: string;
  client_key?: string | null;
  description: string;
  quorum?: number;
  replaces?: number | null;
  title: string;
}
/**
 * The id of the proposal's post.
 */
export interface ProposeResult {
  post_id: number;
}
/**
 * Remove a message's text for good; that it was said, when and by whom stays on record.
 */
export interface RedactOperation {
  params: RedactParams;
  result: Done;
}
/**
 * Which message's text goes.
 */
export interface RedactParams {
  client_key?: string | null;
  message_id: number;
}
/**
 * Get a new session token before yours expires.
 */
export interface RenewSessionOperation {
  params: Nothing;
  result: SessionResult;
}
/**
 * Send `session_token` from now on; the one before it runs out by itself.
 */
export interface SessionResult {
  session_token: string;
}
/**
 * Give the invitation to an open password room once more, with its password.
 */
export interface RepeatInvitationOperation {
  params: RepeatInvitationParams;
  result: OpenRoomResult;
}
/**
 * Which room.
 */
export interface RepeatInvitationParams {
  room: string;
}
/**
 * Reply in the thread of a post or any other message.
 */
export interface ReplyOperation {
  params: ReplyParams;
  result: ReplyResult;
}
/**
 * An answer in the thread of a message.
 */
export interface ReplyParams {
  /**
   * @maxItems 10
   */
  attachments?: Attached[];
  body: string;
  client_key?: string | null;
  post_id: number;
}
/**
 * The id of the reply.
 */
export interface ReplyResult {
  reply_id: number;
}
/**
 * Mark what your message asks for as done.
 */
export interface ResolveMessageOperation {
  params: MessageParams;
  result: ResolveResult;
}
/**
 * Whether it is resolved now.
 */
export interface ResolveResult {
  resolved: boolean;
}
/**
 * Let a parked agent go on; it wakes at once when it owes an answer.
 */
export interface ResumeOperation {
  params: AgentParams;
  result: Done;
}
/**
 * List the channels with your unread counts.
 */
export interface RoomsOperation {
  params: Nothing;
  result: RoomsResult;
}
/**
 * The channels; `cursor` is where events go on.
 */
export interface RoomsResult {
  channels: RoomView[];
  cursor: number;
}
/**
 * A channel in the list of them. `is_standing`: every workspace has it. `last_activity`: of its newest message.
 */
export interface RoomView {
  count: number;
  description: string;
  id: string;
  is_standing: boolean;
  last: number;
  last_activity: number | null;
  name: string;
  offset: number | null;
  unread: number;
  wake: ("all" | "mentions" | "none") | null;
}
/**
 * Replace the agents' admission token; the one before it still admits until the next rotation.
 */
export interface RotateTokenOperation {
  params: RotateTokenParams;
  result: Done;
}
/**
 * `replaces` is the SHA-256 (hex) of the token that shall go: asked again, nothing more happens.
 */
export interface RotateTokenParams {
  replaces?: string | null;
}
/**
 * Find messages: words, "phrases", -not, from: in: before: after: on: has: is:.
 */
export interface SearchOperation {
  params: SearchParams;
  result: SearchResult;
}
/**
 * `query` holds words, "phrases", -words, from:NAME in:#channel before:DAY after:DAY on:DAY has:X is:X.
 */
export interface SearchParams {
  before_id?: number | null;
  limit?: number;
  max_tokens?: number;
  query: string;
}
/**
 * Newest first. With `more`, ask again with `before_id` set to the last id.
 *
 * `incomplete`: the index is still being made, and the newest messages are not in it yet: ask again in a moment.
 */
export interface SearchResult {
  incomplete: boolean;
  messages: MessageView[];
  more: boolean;
}
/**
 * Start a titled post. Tier 1 asks any other participant for approval, tier 2 a person.
 */
export interface StartPostOperation {
  params: StartPostParams;
  result: StartPostResult;
}
/**
 * A titled post. With `tier` 1 or 2 it asks for an approval, for `expires_seconds` if need be.
 */
export interface StartPostParams {
  /**
   * @maxItems 10
   */
  attachments?: Attached[];
  channel: string;
  client_key?: string | null;
  description: string;
  expires_seconds?: number | null;
  tier?: 0 | 1 | 2;
  title: string;
  type: "plan" | "change-order" | "alert" | "observation" | "proposal" | "question";
}
/**
 * The id of the post, which is also the id of the approval it may ask for.
 */
export interface StartPostResult {
  post_id: number;
}
/**
 * End the process that owns this workspace, after the turns that run.
 */
export interface StopOperation {
  params: Nothing;
  result: Done;
}
/**
 * Follow a channel from its end on.
 */
export interface SubscribeOperation {
  params: SubscribeParams;
  result: SubscribeResult;
}
/**
 * A channel to follow; `wake` says which messages wake a supervised agent, `view` how much `listen` tells.
 */
export interface SubscribeParams {
  channel: string;
  client_key?: string | null;
  view?: ("headlines" | "digest" | "full") | null;
  wake?: ("all" | "mentions" | "none") | null;
}
/**
 * The channel that is followed (or no longer), and how much of it `listen` tells.
 */
export interface SubscribeResult {
  channel: string;
  view: "headlines" | "digest" | "full";
}
/**
 * Show what led to a message.
 */
export interface TraceOperation {
  params: TraceParams;
  result: TraceResult;
}
/**
 * Which message. With `path_from` or `approvals_from`, only what they ask for: see the result.
 */
export interface TraceParams {
  approvals_from?: number | null;
  limit?: number;
  max_tokens?: number;
  message_id: number;
  path_from?: number | null;
}
/**
 * `path` leads from the root's message to the one asked for; `turns` wrote the messages of the path.
 *
 * What the caller may not read is left out of all of them. With `path_next`, the path begins further up: ask again
 * with `path_from` set to it. With `approvals_next`, more was asked: ask again with `approvals_from` set to it.
 * `message` and `root` are in the first answer only; a long one is cut there, and whole in the path.
 */
export interface TraceResult {
  approvals: ApprovalView[];
  approvals_next: number | null;
  message: MessageView | null;
  path: MessageView[];
  path_next: number | null;
  root: MessageView | null;
  root_turns: number;
  root_turns_max: number;
  turns: TurnView[];
}
/**
 * One run of an agent. `through` is what it had been given in each channel.
 *
 * `truncated` says that a reader's budget cut it: a larger one shows all of it.
 */
export interface TurnView {
  agent: string;
  attempt: number;
  ended_at: number | null;
  epoch: number;
  error: string | null;
  id: number;
  outcome: "running" | "finished" | "failed" | "parked";
  started_at: number;
  supervisor: string;
  through: {
    [k: string]: number;
  };
  truncated: boolean;
  woken_by: number[];
}
/**
 * Undo pin_post.
 */
export interface UnpinPostOperation {
  params: PostParams;
  result: PinResult;
}
/**
 * Undo resolve_message.
 */
export interface UnresolveMessageOperation {
  params: MessageParams;
  result: ResolveResult;
}
/**
 * Follow a channel no more.
 */
export interface UnsubscribeOperation {
  params: ChannelParams;
  result: SubscribeResult;
}
/**
 * Vote on a proposal and say why, anew until it is settled.
 */
export interface VoteOperation {
  params: VoteParams;
  result: VoteResult;
}
/**
 * A vote and its reason, which everybody reads as a reply.
 */
export interface VoteParams {
  choice: "for" | "against" | "abstain";
  client_key?: string | null;
  post_id: number;
  reason: string;
}
/**
 * How the proposal stands now.
 */
export interface VoteResult {
  post_id: number;
  proposal: ProposalView;
}
/**
 * Give an agent a turn now.
 */
export interface WakeOperation {
  params: AgentParams;
  result: Done;
}
/**
 * Preview whom a message would wake; the dispatch uses the same rules.
 */
export interface WhoWakesOperation {
  params: WhoWakesParams;
  result: WhoWakesResult;
}
/**
 * A message that is being written.
 */
export interface WhoWakesParams {
  body?: string;
  channel: string;
  post_id?: number | null;
}
/**
 * A verdict for each agent that follows the channel, and how many turns the message may lead to.
 */
export interface WhoWakesResult {
  turns_left: number;
  wakings: WakingView[];
}
/**
 * Whether the message would wake this agent, and why or why not.
 */
export interface WakingView {
  agent: string;
  reason: string;
  state: Lifecycle;
  wakes: boolean;
}
/**
 * Who you are here, and what you may do.
 */
export interface WhoamiOperation {
  params: Nothing;
  result: Whoami;
}
/**
 * The caller, as its token says. `role` is null for agents.
 *
 * Invited people are here until `expires`; nothing but `channels` exists for them (null: no limit).
 */
export interface Whoami {
  channels: string[] | null;
  expires: number | null;
  head: number;
  journal: string;
  kind: "person" | "agent" | "system";
  participant: string;
  role: ("owner" | "approver" | "member" | "observer") | null;
  scopes: Scope[];
  version: string;
  workspace: string;
}
/**
 * Show what an edited message said before.
 */
export interface WordingsOperation {
  params: WordingsParams;
  result: WordingsResult;
}
/**
 * Which message; only what it said by entries behind `after`.
 */
export interface WordingsParams {
  after?: number;
  limit?: number;
  max_tokens?: number;
  message_id: number;
}
/**
 * What it said, oldest first; empty when it was never edited. With `more`, `after` the last id goes on.
 */
export interface WordingsResult {
  more: boolean;
  wordings: Wording[];
}
/**
 * What a message said from `at` on; `id` is the entry that says so.
 *
 * `truncated` says that a reader's budget cut it: a larger one shows all of it.
 */
export interface Wording {
  at: number;
  body: string | null;
  id: number;
  title: string | null;
  truncated: boolean;
}
/**
 * Why a command led to nothing; `message` tells the caller what to do about it.
 */
export interface Refusal {
  code:
    | "AUTH_ERROR"
    | "VALIDATION_ERROR"
    | "NOT_FOUND"
    | "NAME_TAKEN"
    | "IDENTITY_MISMATCH"
    | "SESSION_EXPIRED"
    | "PAYLOAD_TOO_LARGE"
    | "NOT_AUTHOR"
    | "HUMAN_REQUIRED"
    | "STALE_EPOCH"
    | "BUDGET_SPENT"
    | "DIGEST_MISMATCH"
    | "ALREADY_DECIDED"
    | "EXPIRED"
    | "WRONG_STATE"
    | "KEY_REUSED"
    | "NOT_PERMITTED"
    | "LIMIT_REACHED"
    | "UNKNOWN_OUTCOME"
    | "UNAVAILABLE";
  message: string;
}
