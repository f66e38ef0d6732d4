"""Who may decide what, and what exactly a decision is bound to."""

from typing import NamedTuple

from chatbox.domain.chain import digest
from chatbox.domain.refusal import Refusal
from chatbox.domain.state import Approval
from chatbox.domain.values import Attachment, Identity, Scope, Tier

ANYONE_ELSE: Tier = 1
A_PERSON: Tier = 2


class Asked(NamedTuple):
    """What a person sees."""

    approval: int
    asked_by: str
    channel: str
    tier: Tier
    title: str
    body: str
    expires: int | None
    attachments: tuple[Attachment, ...] = ()


def shown(asked: Asked) -> str:
    """The digest of everything that a person sees when asked; a decision must name it."""
    seen = asked._asdict()
    if asked.expires is None:
        # As it was before questions could expire: an old digest still fits.
        del seen["expires"]
    if asked.attachments:
        seen["attachments"] = [one.model_dump() for one in asked.attachments]
    else:
        # The same: as it was before there were any.
        del seen["attachments"]
    return digest(seen)


def may_decide(approval: Approval, by: Identity) -> Refusal | None:
    """`None` when `by` may decide; else why not. The scope decides, not the transport."""
    if by.participant == approval.asked_by:
        return Refusal(
            code="NOT_PERMITTED", message="The author of a question never decides it: wait for somebody else to."
        )
    if approval.tier >= A_PERSON and not (by.kind == "person" and Scope.DECIDE in by.scopes):
        return Refusal(
            code="HUMAN_REQUIRED",
            message=(
                f"Approval {approval.id} is tier {approval.tier}: only a person can decide it. "
                "Ask them to, in VS Code, on the web page, or with `chatbox approve`."
            ),
        )
    return None
