"""Random histories of a workspace for hypothesis: small moves that always have a meaning, so that they shrink well.

A move is (kind, a, b, c); the three numbers choose among what the workspace has at that moment.
"""

from collections.abc import Callable, Sequence

from chatbox.domain import commands as c
from chatbox.domain.values import (
    AGENT_SCOPES,
    PERSON_SCOPES,
    Attachment,
    Choice,
    Identity,
    InvitedRole,
    Limits,
    Utterance,
    WakeRule,
)
from hypothesis import strategies as st

from tests.support.simulated import (
    ADA,
    NEVER,
    SimulatedWorkspace,
    agent_identity,
    chat,
    declaration,
    key_of,
    proposal,
    question,
    reply,
)

Move = tuple[str, int, int, int]
Commands = Callable[[SimulatedWorkspace, int, int, int], c.Command]

BOB = Identity(participant="bob", kind="person", scopes=frozenset(PERSON_SCOPES))
AGENTS = ("builder", "reviewer", "tester")
RULES: tuple[WakeRule, ...] = ("all", "mentions", "none")
CHANNELS = ("#general", "#dispatch", "#human", "#extra")
BODIES = (
    "Look at this.",
    "@builder, please.",
    "@reviewer and @tester, please.",
    "ok",
    "Grüße 👍 日本 \u0000 \u2028 `@builder`",
    "x" * 300,
)
FILES = (
    Attachment(sha256="ab" * 32, name="a picture.png", media_type="image/png", size=1_000),
    Attachment(sha256="cd" * 32, name="Notizen 日本.txt", media_type="text/plain", size=0),
)
LIMITS = Limits(root_turns=4, root_depth=3, attempts=2)


def _author(workspace: SimulatedWorkspace, a: int) -> Identity:
    """A person, the visitor, or an agent: in its turn when it has one."""
    name = ("ada", "bob", "guest", *AGENTS)[a % 6]
    if name in ("ada", "bob"):
        return ADA if name == "ada" else BOB
    agent = workspace.state.agents.get(name)
    return agent_identity(name, agent.epoch if agent and agent.turn else None)


def _pick(numbers: Sequence[int], b: int) -> int:
    """One of the newest, or one that does not exist."""
    return numbers[-1 - b % len(numbers)] if numbers and b != 7 else 0


def _said(workspace: SimulatedWorkspace, a: int, b: int, c_: int) -> Utterance:
    messages = sorted(workspace.known.messages)
    body, channel = BODIES[b % len(BODIES)], CHANNELS[c_ % 4]
    match c_:
        case 0 | 1 | 2 | 3:
            return chat(body, channel)
        case 4:
            return question(body, 1 if b % 2 else 2, channel)
        case 5:
            replaces = _pick(messages, a) if a % 2 else None
            return proposal(body, channel, quorum=1 + b % 2, replaces=replaces)
        case _:
            return reply(_pick(messages, b), body)


def _post(w: SimulatedWorkspace, a: int, b: int, c_: int) -> c.Command:
    key = key_of(str(b), params=str(c_)) if a % 2 else None
    said = _said(w, a, b, c_).model_copy(update={"attachments": FILES[: b % 3]})
    return c.PostMessage(by=_author(w, a), said=said, key=key)


def _ack(w: SimulatedWorkspace, a: int, b: int, c_: int) -> c.Command:
    channel = w.state.channels.get(CHANNELS[c_ % 4])
    end = channel.last if channel else 0
    return c.Acknowledge(by=_author(w, a), channel=CHANNELS[c_ % 4], through=max(0, end + 2 - b))


def _decide(w: SimulatedWorkspace, a: int, b: int, c_: int) -> c.Command:
    approval = _pick(sorted(w.state.approvals), b)
    return w.decide_approval(_author(w, a), approval, "approved" if c_ % 2 else "denied")


def _finish(w: SimulatedWorkspace, a: int, b: int, c_: int) -> c.Command:
    name = AGENTS[a % 3]
    agent = w.state.agents.get(name)
    said = tuple(_said(w, a, b, c_) for _ in range(b % 3))
    return c.FinishTurn(agent=name, epoch=agent.epoch - (c_ == 0) if agent else 0, said=said)


def _fail(w: SimulatedWorkspace, a: int, b: int, _: int) -> c.Command:
    agent = w.state.agents.get(AGENTS[a % 3])
    epoch = agent.epoch if agent else 0
    return c.FailTurn(agent=AGENTS[a % 3], epoch=epoch, cause="crashed" if b % 2 else "lease-lost", error="it broke")


def _message(w: SimulatedWorkspace, b: int) -> int:
    return _pick(sorted(w.known.messages), b)


def _edit(w: SimulatedWorkspace, a: int, b: int, c_: int) -> c.Command:
    title = "Another title" if c_ % 2 else None
    return c.EditMessage(by=_author(w, a), message=_message(w, b), body=BODIES[c_ % len(BODIES)], title=title)


def _vote(w: SimulatedWorkspace, a: int, b: int, c_: int) -> c.Command:
    choices: tuple[Choice, ...] = ("for", "against", "abstain")
    open_ones = sorted(w.state.proposals) or sorted(w.known.messages)
    return c.CastVote(by=_author(w, a), proposal=_pick(open_ones, b), choice=choices[c_ % 3], reason="Because.")


def _declare(_: SimulatedWorkspace, a: int, b: int, c_: int) -> c.Command:
    chosen = [name for bit, name in enumerate(AGENTS) if not a >> bit & 1]
    agents = (declaration(name, {"#general": RULES[b % 3], CHANNELS[c_ % 3]: RULES[c_ % 3]}) for name in chosen)
    return c.DeclareAgents(agents=tuple(agents))


def _session(w: SimulatedWorkspace, a: int, b: int, c_: int) -> c.Command:
    return c.OpenSession(
        participant=("guest", "Guest", "builder", "visitor")[a % 4],
        kind="agent",
        digest=f"session {w.state.seq} {a} {b}",
        scopes=AGENT_SCOPES,
        expires=w.now + 60_000_000 * b,
        channels=(CHANNELS[c_ % 4],),
    )


def _invite(w: SimulatedWorkspace, a: int, b: int, c_: int) -> c.Command:
    roles: tuple[InvitedRole, ...] = ("approver", "member", "observer")
    channels = None if a % 2 else tuple(CHANNELS[: 1 + c_ % 4])
    person = ("bob", "eve", "Eve", "guest")[b % 4]
    expires = w.now + 60_000_000 * (b + 1)
    return c.InvitePerson(by=ADA, person=person, role=roles[c_ % 3], channels=channels, expires=expires)


def _page(w: SimulatedWorkspace, a: int, b: int, _: int) -> c.Command:
    name = ("ada", "bob", "eve")[a % 3]
    digest = f"page {w.state.seq} {a} {b}"
    return c.OpenSession(participant=name, kind="person", digest=digest, scopes=PERSON_SCOPES, expires=w.now + b)


_COMMANDS: dict[str, Commands] = {
    "post": _post,
    "say": _post,
    "ack": _ack,
    "decide": _decide,
    "claim": lambda w, a, b, c_: c.ClaimTurn(
        agent=AGENTS[a % 3], supervisor=f"s{b}", credential=f"{w.state.seq} {a} {c_}"
    ),
    "finish": _finish,
    "fail": _fail,
    "rest": lambda _w, a, _b, _c: c.EndBackoff(agent=AGENTS[a % 3]),
    "wake": lambda _w, a, _b, _c: c.DirectAgent(by=ADA, agent=AGENTS[a % 3], action="wake"),
    "pause": lambda _w, a, _b, _c: c.DirectAgent(by=ADA, agent=AGENTS[a % 3], action="pause"),
    "resume": lambda _w, a, _b, _c: c.DirectAgent(by=ADA, agent=AGENTS[a % 3], action="resume"),
    "declare": _declare,
    "session": _session,
    "invite": _invite,
    "page": _page,
    "dismiss": lambda _w, a, _b, _c: c.DismissParticipant(
        by=ADA, participant=("bob", "eve", "guest", "builder")[a % 4]
    ),
    "subscribe": lambda w, a, b, c_: c.Subscribe(by=_author(w, a), channel=CHANNELS[c_ % 4], wake=RULES[b % 3]),
    "unsubscribe": lambda w, a, _b, c_: c.Unsubscribe(by=_author(w, a), channel=CHANNELS[c_ % 4]),
    "channel": lambda w, a, _b, c_: c.CreateChannel(by=_author(w, a), channel=CHANNELS[c_ % 4], purpose="Why."),
    "pin": lambda w, a, b, c_: c.PinPost(by=_author(w, a), message=_message(w, b), pinned=bool(c_ % 2)),
    "close": lambda w, a, b, _c: c.ClosePost(by=_author(w, a), message=_message(w, b), resolution="Done."),
    "resolve": lambda w, a, b, c_: c.ResolveMessage(by=_author(w, a), message=_message(w, b), resolved=bool(c_ % 2)),
    "edit": _edit,
    "vote": _vote,
    "redact": lambda w, _a, b, _c: c.Redact(by=ADA, message=_pick(sorted(w.known.messages), b)),
    "admit": lambda _w, _a, b, _c: c.AdmitPerson(person="ada", digest=f"token {b}", replace=bool(b % 2)),
}

MOVES = tuple(_COMMANDS)
_number = st.integers(0, 7)
moves = st.tuples(st.sampled_from(MOVES), _number, _number, _number)
histories = st.lists(st.lists(moves, min_size=1, max_size=3), min_size=10, max_size=40)
"""A list of batches of moves."""


def command(workspace: SimulatedWorkspace, move: Move) -> c.Command:
    """What a move means right now."""
    kind, a, b, third = move
    return _COMMANDS[kind](workspace, a, b, third)


def inhabited(limits: Limits = LIMITS) -> SimulatedWorkspace:
    """A workspace with two people, a visitor and three supervised agents."""
    workspace = SimulatedWorkspace(limits)
    workspace.do(c.InvitePerson(by=ADA, person="bob", role="approver", channels=None, expires=NEVER))
    bob = c.OpenSession(by=BOB, participant="bob", kind="person", digest="bob's", scopes=PERSON_SCOPES, expires=NEVER)
    workspace.do(bob)
    workspace.visitor("guest")
    workspace.declare(builder="all", reviewer="mentions", tester="mentions")
    return workspace


def play(history: Sequence[Sequence[Move]], limits: Limits = LIMITS) -> SimulatedWorkspace:
    """Walk through a history; refusals are part of it."""
    workspace = inhabited(limits)
    for batch in history:
        advance(workspace, batch)
    return workspace


def advance(workspace: SimulatedWorkspace, batch: Sequence[Move]) -> None:
    """One batch, some seconds after the one before."""
    workspace.pass_time(sum(move[3] for move in batch))
    workspace.submit(*(command(workspace, move) for move in batch))
