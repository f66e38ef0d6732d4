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
 * Say that you have dealt with everything in a channel up to a message.
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
 */
export interface ApprovalView {
  asked_at: number;
  asked_by: string;
  body: string | null;
  channel: string;
  decided_at: number | null;
  decided_by: string | null;
  digest: string;
  id: number;
  reason: string | null;
  status: "open" | "approved" | "denied";
  tier: 0 | 1 | 2;
  title: string | null;
  via: string | null;
}
/**
 * List approvals.
 */
export interface ApprovalsOperation {
  params: ApprovalsParams;
  result: ApprovalsResult;
}
/**
 * The open ones, or the newest of all.
 */
export interface ApprovalsParams {
  limit?: number;
  status?: "open" | "all";
}
/**
 * Oldest first; `cursor` is where events go on.
 */
export interface ApprovalsResult {
  approvals: ApprovalView[];
  cursor: number;
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
 * It is so now.
 */
export interface Done {
  ok: true;
}
/**
 * Deny what a post asks for, with the reason. Tier 2 only a person can; nobody their own.
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
 * A message as it is shown. `body` and `title` are null once a person redacted them.
 */
export interface MessageView {
  at: number;
  author: string;
  author_kind: "person" | "agent" | "system";
  body: string | null;
  cause: number | null;
  channel: string;
  depth: number;
  epoch: number | null;
  id: number;
  kind: "chat" | "post" | "reply";
  mentions: string[];
  position: number;
  post_type: ("plan" | "change-order" | "alert" | "observation" | "proposal" | "question") | null;
  replies: number;
  root: number;
  thread: number | null;
  tier: 0 | 1 | 2;
  title: string | null;
}
/**
 * Some events in order. Resume after `cursor`.
 */
export interface Events {
  cursor: number;
  events: Event[];
}
/**
 * Read a post with its replies and its approval.
 */
export interface GetPostOperation {
  params: GetPostParams;
  result: PostResult;
}
/**
 * One message's thread.
 */
export interface GetPostParams {
  post_id: number;
}
/**
 * A post with its replies and the approval it asks for.
 */
export interface PostResult {
  approval: ApprovalView | null;
  post: MessageView;
  replies: MessageView[];
}
/**
 * Introduce yourself and follow channels. Needs the admission token; answers with a session token.
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
 * Make a new link to the web page; it works once.
 */
export interface LinkOperation {
  params: Nothing;
  result: LinkResult;
}
/**
 * A link to the page that works once.
 */
export interface LinkResult {
  url: string;
}
/**
 * Wait for new messages in channels you follow. Then `ack` what you have dealt with.
 */
export interface ListenOperation {
  params: ListenParams;
  result: ListenResult;
}
/**
 * Wait for messages of others. Starts at the caller's offset, or after `since_id`; moves no offset.
 */
export interface ListenParams {
  /**
   * @minItems 1
   * @maxItems 100
   */
  channels: string[];
  max_msgs?: number;
  since_id?: number | null;
  timeout_ms?: number;
}
/**
 * Pass `next` as `since_id` to go on. `more` says that there is more right now.
 */
export interface ListenResult {
  messages: MessageView[];
  more: boolean;
  next: number;
  timed_out: boolean;
}
/**
 * Every operation with its params and its result.
 */
export interface Operations {
  ack: AckOperation;
  agents: AgentsOperation;
  approvals: ApprovalsOperation;
  approve: ApproveOperation;
  chat: ChatOperation;
  create_channel: CreateChannelOperation;
  deny: DenyOperation;
  get_post: GetPostOperation;
  hello: HelloOperation;
  history: HistoryOperation;
  link: LinkOperation;
  listen: ListenOperation;
  participants: ParticipantsOperation;
  pause: PauseOperation;
  redact: RedactOperation;
  reply: ReplyOperation;
  resume: ResumeOperation;
  rooms: RoomsOperation;
  start_post: StartPostOperation;
  stop: StopOperation;
  subscribe: SubscribeOperation;
  trace: TraceOperation;
  unsubscribe: UnsubscribeOperation;
  wake: WakeOperation;
  who_wakes: WhoWakesOperation;
  whoami: WhoamiOperation;
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
 * Somebody with a name.
 */
export interface ParticipantView {
  id: string;
  kind: "person" | "agent" | "system";
  name: string;
}
/**
 * Park an agent: it runs no turn until it is resumed; a running one is given up.
 */
export interface PauseOperation {
  params: AgentParams;
  result: Done;
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
  channels: ChannelView[];
  cursor: number;
}
/**
 * Start a titled post. Tier 1 asks any other participant for approval, tier 2 a person.
 */
export interface StartPostOperation {
  params: StartPostParams;
  result: StartPostResult;
}
/**
 * A titled post. With `tier` 1 or 2 it asks for an approval.
 */
export interface StartPostParams {
  channel: string;
  client_key?: string | null;
  description: string;
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
 * A channel to follow; `wake` says which messages wake a supervised agent.
 */
export interface SubscribeParams {
  channel: string;
  client_key?: string | null;
  wake?: ("all" | "mentions" | "none") | null;
}
/**
 * The channel that is followed, or no longer.
 */
export interface SubscribeResult {
  channel: string;
}
/**
 * Show what led to a message.
 */
export interface TraceOperation {
  params: TraceParams;
  result: TraceResult;
}
/**
 * Which message.
 */
export interface TraceParams {
  message_id: number;
}
/**
 * `path` leads from the root's message to the one asked for; `turns` wrote the messages of the path.
 */
export interface TraceResult {
  approvals: ApprovalView[];
  message: MessageView;
  path: MessageView[];
  root: MessageView | null;
  root_turns: number;
  root_turns_max: number;
  turns: TurnView[];
}
/**
 * One run of an agent. `through` is what it had been given in each channel.
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
  woken_by: number[];
}
/**
 * Follow a channel no more.
 */
export interface UnsubscribeOperation {
  params: ChannelParams;
  result: SubscribeResult;
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
 * A verdict for each agent that follows the channel.
 */
export interface WhoWakesResult {
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
 * The caller, as its token says.
 */
export interface Whoami {
  head: number;
  journal: string;
  kind: "person" | "agent" | "system";
  participant: string;
  scopes: Scope[];
  version: string;
  workspace: string;
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
    | "WRONG_STATE"
    | "KEY_REUSED"
    | "NOT_PERMITTED"
    | "LIMIT_REACHED"
    | "UNKNOWN_OUTCOME"
    | "UNAVAILABLE";
  message: string;
}
