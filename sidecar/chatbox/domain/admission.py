"""Who holds a credential, and for how long. Tokens never come here, only their digests."""

from chatbox.domain.refusal import Refusal
from chatbox.domain.state import State
from chatbox.domain.values import AGENT_SCOPES, ROLES, Identity

_LINK = "get a new link to the page with `chatbox link`"


def identify(state: State, digest: str, now: int) -> Identity | Refusal:
    """The holder of the token with this SHA-256 (hex), at time `now`.

    What an invited person may do is what their newest invitation says, whenever the token was made.
    """
    known = state.credentials.get(digest)
    if known is not None:
        if known.expires is not None and known.expires <= now:
            again = "say `hello` again, with the token in .agentchat/token" if known.holder.kind == "agent" else _LINK
            return Refusal(code="SESSION_EXPIRED", message=f"This session has expired: {again}.")
        member = state.members.get(known.holder.participant)
        if member is None:
            return known.holder
        if member.expires <= now:
            return Refusal(
                code="SESSION_EXPIRED", message="Your invitation has expired: ask the workspace's owner for another."
            )
        scopes = frozenset(ROLES[member.role])
        return known.holder.model_copy(update={"scopes": scopes, "channels": member.channels})
    for agent in state.agents.values():
        if agent.turn is not None and agent.turn.credential == digest:
            scopes = frozenset(AGENT_SCOPES)
            return Identity(participant=agent.name, kind="agent", scopes=scopes, epoch=agent.epoch, credential=digest)
    return Refusal(
        code="AUTH_ERROR", message="This token is not known here: agents say `hello` with the one in .agentchat/token."
    )


def current(state: State, by: Identity, now: int) -> Identity | Refusal:
    """`by` as its token stands at time `now`: with no more scopes than it had, and nobody once it admits nobody."""
    if not by.credential:
        return by
    found = identify(state, by.credential, now)
    if isinstance(found, Refusal) or (found.channels == by.channels and by.scopes <= found.scopes):
        return found if isinstance(found, Refusal) else by
    return by.model_copy(update={"scopes": by.scopes & found.scopes, "channels": found.channels})
