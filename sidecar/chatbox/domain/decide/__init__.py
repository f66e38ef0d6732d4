"""What a command leads to: entries, or a refusal. Pure; one module a noun, and this table over them."""

from collections.abc import Callable
from typing import Any

from chatbox.domain import commands as c
from chatbox.domain.decide import agents, approvals, members, messages, posts, proposals, turns, workspace
from chatbox.domain.decide.outline import Outline
from chatbox.domain.entries import Entry
from chatbox.domain.facts import Facts, Needs
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import State
from chatbox.domain.values import Identity, Limits

_RULES: dict[type[c.Command], Callable[[Outline, Any], Refusal | None]] = {
    c.OpenWorkspace: workspace.open_workspace,
    c.CreateChannel: workspace.create_channel,
    c.AdmitPerson: members.admit_person,
    c.OpenSession: members.open_session,
    c.InvitePerson: members.invite_person,
    c.DismissParticipant: members.dismiss_participant,
    c.Subscribe: members.subscribe,
    c.Unsubscribe: members.unsubscribe,
    c.Acknowledge: members.acknowledge,
    c.PostMessage: messages.post_message,
    c.PinPost: posts.pin_post,
    c.ClosePost: posts.close_post,
    c.ResolveMessage: posts.resolve_message,
    c.EditMessage: posts.edit_message,
    c.CastVote: proposals.cast_vote,
    c.Redact: posts.redact,
    c.DecideApproval: approvals.decide_approval,
    c.ExpireApproval: approvals.expire_approval,
    c.DeclareAgents: agents.declare_agents,
    c.DirectAgent: agents.direct_agent,
    c.ClaimTurn: turns.claim_turn,
    c.FinishTurn: turns.finish_turn,
    c.FailTurn: turns.fail_turn,
    c.EndBackoff: turns.end_backoff,
}


def decide(state: State, command: c.Command, facts: Facts, now: int, limits: Limits) -> list[Entry] | Refusal:
    """What `command` leads to at time `now`; an empty list when everything is already so."""
    if not _current(state, command.by):
        return Refusal(code="STALE_EPOCH", message="This turn is over: what it asks for now is not recorded.")
    if not _admitted(state, command.by):
        return Refusal(code="AUTH_ERROR", message="Your access has ended: what you ask for now is not recorded.")
    outline = Outline(state, command.by, facts, now, limits)
    refusal = _RULES[type(command)](outline, command)
    return outline.entries if refusal is None else refusal


def needs(command: c.Command) -> Needs:
    """The facts that `decide` will look for."""
    key = command.key
    keys = () if key is None else ((command.author, key.operation, key.key),)
    messages: tuple[int, ...] = ()
    match command:
        case c.PostMessage(said=said):
            messages = tuple(number for number in (said.thread, said.replaces) if number is not None)
        case c.FinishTurn(said=all_said):
            messages = tuple(said.thread for said in all_said if said.thread is not None)
        case c.DecideApproval(approval=number) | c.CastVote(proposal=number):
            messages = (number,)
        case c.PinPost() | c.ClosePost() | c.ResolveMessage() | c.EditMessage() | c.Redact():
            messages = (command.message,)
        case _:
            pass
    return Needs(keys=keys, messages=messages)


def _admitted(state: State, by: Identity) -> bool:
    """Whoever was dismissed writes nothing, also what was on its way."""
    return not by.credential or by.epoch is not None or by.credential in state.credentials


def _current(state: State, by: Identity) -> bool:
    """Invariant 7: whoever speaks in a turn that is over writes nothing."""
    if by.epoch is None:
        return True
    agent = state.agents.get(by.participant)
    return agent is not None and agent.turn is not None and agent.epoch == by.epoch
