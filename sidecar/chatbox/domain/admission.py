"""Who holds a credential. Tokens never come here, only their digests."""

from chatbox.domain.refusal import Refusal
from chatbox.domain.state import State
from chatbox.domain.values import AGENT_SCOPES, Identity


def identify(state: State, digest: str, now: int) -> Identity | Refusal:
    """The holder of the token with this SHA-256 (hex), at time `now`."""
    known = state.credentials.get(digest)
    if known is not None:
        if known.expires is not None and known.expires <= now:
            return Refusal(code="SESSION_EXPIRED", message="This session has expired: say hello again.")
        return known.holder
    for agent in state.agents.values():
        if agent.turn is not None and agent.turn.credential == digest:
            scopes = frozenset(AGENT_SCOPES)
            return Identity(participant=agent.name, kind="agent", scopes=scopes, epoch=agent.epoch)
    return Refusal(code="AUTH_ERROR", message="This token is not known here.")
