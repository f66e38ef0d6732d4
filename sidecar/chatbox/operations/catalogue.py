"""All operations: importing their modules declares them."""

from chatbox.operations import (
    agents,
    approvals,
    asking,
    attachments,
    channels,
    listening,
    members,
    messages,
    people,
    posts,
    proposals,
    rooms,
    searching,
    supervision,
    trace,
)
from chatbox.operations.registry import OPERATIONS

__all__ = [
    "OPERATIONS",
    "agents",
    "approvals",
    "asking",
    "attachments",
    "channels",
    "listening",
    "members",
    "messages",
    "people",
    "posts",
    "proposals",
    "rooms",
    "searching",
    "supervision",
    "trace",
]
