"""Files of messages, as callers send and fetch them."""

import base64
import hashlib
from typing import Any

import pytest
from chatbox.operations.caller import Caller, Refused

PIECE = 131_072
PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 1_200
"""Three pieces, the last of them short."""


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def attached(content: bytes, name: str) -> dict[str, Any]:
    """How a message names it."""
    return {"sha256": sha256(content), "name": name}


async def piece(caller: Caller, content: bytes, offset: int, size: int = PIECE, **changed: Any) -> dict[str, Any]:
    """The answer to one piece of `content`."""
    data = base64.b64encode(content[offset : offset + size]).decode()
    named = {"sha256": sha256(content), "size": len(content), "offset": offset, "data": data}
    return await caller.call("attach", {**named, **changed})


async def send(caller: Caller, content: bytes) -> dict[str, Any]:
    """All of `content`; the last answer."""
    answer = await piece(caller, content, 0)
    while answer["received"] < len(content):
        answer = await piece(caller, content, answer["received"])
    return answer


async def post(caller: Caller, content: bytes, name: str, channel: str = "#general") -> int:
    """Send `content` and a message that names it."""
    await send(caller, content)
    said = {"channel": channel, "body": "look at this", "attachments": [attached(content, name)]}
    return int((await caller.call("chat", said))["message_id"])


async def fetched(caller: Caller, digest: str) -> bytes:
    """All of a content, piece by piece."""
    held = b""
    offset: int | None = 0
    while offset is not None:
        found = await caller.call("attachment", {"sha256": digest, "offset": offset})
        held += base64.b64decode(found["data"])
        offset = found["next"]
    return held


async def code(caller: Caller, operation: str, **params: Any) -> str:
    """Why it is refused."""
    with pytest.raises(Refused) as refused:
        await caller.call(operation, params)
    return refused.value.code
