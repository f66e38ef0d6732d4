"""One entry of every type, with every field set, in a fixed order: what the format's tests are made from."""

from collections.abc import Sequence

from chatbox.domain import entries as e
from chatbox.domain.attachments import with_attachments
from chatbox.domain.chain import GENESIS, Record, Sealed, seal
from chatbox.domain.values import Attachment, Bound, Charge

UNICODE = 'Grüße 👍 日本 \u0000\u001f\u007f\u2028 "quoted" \\ / </script>'

SAMPLES: tuple[e.Entry, ...] = (
    e.JournalCreated(journal="00112233445566778899aabbccddeeff"),
    e.ChannelCreated(channel="#general", text={"purpose": UNICODE}),
    e.ParticipantJoined(participant="ada", kind="person"),
    e.CredentialIssued(
        participant="ada", purpose="session", digest="ab" * 32, scopes=("read", "post"), expires=2**53 - 1
    ),
    e.AgentDeclared(agent="builder", engine="stub"),
    e.Subscribed(participant="builder", channel="#general", wake="all", offset=0),
    e.MessagePosted(
        kind="post",
        channel="#general",
        position=1,
        root=7,
        depth=2,
        cause=3,
        thread=4,
        mentions=("builder", "ada"),
        post_type="change-order",
        tier=2,
        epoch=5,
        text={"body": UNICODE, "title": "Ändern?"},
    ),
    e.AgentWoken(agent="builder", message=7, root=7, depth=0, reason="mentioned"),
    e.ApprovalRequested(approval=7, channel="#general", asked_by="ada", tier=2, digest="cd" * 32, root=7, depth=1),
    e.TurnStarted(
        agent="builder",
        epoch=1,
        attempt=1,
        bounds=(Bound(channel="#general", through=7),),
        charges=(Charge(message=7, root=7, depth=0),),
        credential="ef" * 32,
        supervisor="host-1",
    ),
    e.TurnFailed(
        agent="builder", epoch=1, cause="lease-lost", retry_at=1_700_000_001_000_000, text={"error": "it broke"}
    ),
    e.BackoffEnded(agent="builder"),
    e.TurnFinished(agent="builder", epoch=2, acknowledged=(Bound(channel="#general", through=7),), owes=False),
    e.Acknowledged(participant="ada", channel="#general", through=7),
    e.ApprovalDecided(
        approval=7, channel="#general", verdict="denied", digest="cd" * 32, via="lsp", text={"reason": "no"}
    ),
    e.WakeDismissed(agent="builder", roots=(7, 9)),
    e.BudgetSpent(root=7, limit="turns"),
    e.AgentParked(agent="builder", text={"reason": "asked"}),
    e.AgentResumed(agent="builder"),
    e.Unsubscribed(participant="builder", channel="#general"),
    e.AgentRetired(agent="builder"),
    e.ContentRedacted(target=7),
    e.UnknownEntry(type="FromTheFuture", data={"nested": {"list": [1, "two", None, True]}}),
    e.UnknownEntry(type="AlsoFromTheFuture", data={}, text={"body": UNICODE, "more": ""}),
)

CONVERSATION: tuple[e.Entry, ...] = (
    e.Subscribed(participant="builder", channel="#general", wake="all", offset=0, view="digest"),
    e.PostPinned(message=7, channel="#general"),
    e.PostUnpinned(message=7, channel="#general"),
    e.MessageResolved(message=7, channel="#general"),
    e.MessageUnresolved(message=7, channel="#general"),
    e.MessageEdited(message=7, channel="#general", text={"body": UNICODE, "title": "Geändert"}),
    e.PostClosed(message=7, channel="#general", text={"resolution": UNICODE}),
    e.ProposalOpened(message=7, channel="#general", quorum=3, replaces=2),
    e.VoteCast(message=7, channel="#general", choice="against", reply=9),
    e.ProposalSettled(message=7, channel="#general", outcome="rejected"),
)
"""What the vocabulary gained later; format 1 as well, in a golden file of its own."""

EXPIRY: tuple[e.Entry, ...] = (
    e.ApprovalRequested(
        approval=7, channel="#general", asked_by="ada", tier=2, digest="cd" * 32, root=7, depth=1, expires=2**53 - 1
    ),
    e.ApprovalExpired(approval=7, channel="#general"),
)
"""Questions that expire, later still."""

ATTACHMENTS: tuple[e.Entry, ...] = (
    e.MessagePosted(
        kind="post",
        channel="#general",
        position=1,
        root=1,
        post_type="plan",
        text=with_attachments(
            {"body": "Two files, naïve ☕", "title": "The plan"},
            (
                Attachment(sha256="ef" * 32, name='a "plan" ☕.png', media_type="image/png", size=10 * 1024 * 1024),
                Attachment(sha256="01" * 32, name="empty", media_type="text/plain", size=0),
            ),
        ),
    ),
)
"""A message that names files: its text holds their list."""

ROLES: tuple[e.Entry, ...] = (
    e.PersonInvited(participant="bob", role="approver", expires=2**53 - 1),
    e.PersonInvited(participant="bob", role="observer", channels=("#a", "#general"), expires=1),
    e.CredentialsRevoked(participant="bob"),
)
"""People who are let in, and let go."""

LATER = (*CONVERSATION, *EXPIRY, *ATTACHMENTS, *ROLES)

KEY = e.ClientKey(operation="start_post", key="key-1", params="12" * 32)


def recorded(entries: Sequence[e.Entry] = SAMPLES) -> list[e.Recorded]:
    """The entries in their places: a second apart, by Ada; every message carries a client key."""
    return [
        e.Recorded(
            seq=seq,
            at=1_700_000_000_000_000 + seq * 1_000_000,
            by="ada",
            entry=entry,
            key=KEY if isinstance(entry, e.MessagePosted) else None,
        )
        for seq, entry in enumerate(entries, start=1)
    ]


def sealed(entries: Sequence[e.Entry] = SAMPLES) -> list[Sealed]:
    """A chain of them, with salts that repeat: 16 times the low byte of the number."""
    chain: list[Sealed] = []
    for one in recorded(entries):
        previous = chain[-1].leaf if chain else GENESIS
        chain.append(seal(one, previous, bytes([one.seq % 256]) * 16))
    return chain


def record(entries: Sequence[e.Entry] = SAMPLES) -> Record:
    """All of them as one append."""
    return Record(entries=tuple(sealed(entries)))
