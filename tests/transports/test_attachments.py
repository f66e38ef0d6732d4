"""Files of messages: sent in pieces, named by messages, read by whoever may read those, through every transport."""

import base64
import hashlib
from typing import Any

import pytest
from chatbox.operations.caller import Caller, Refused

from tests.transports.conftest import Scene

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 1_200
"""Three pieces, the last of them short."""

PIECE = 131_072


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


async def send(caller: Caller, content: bytes) -> dict[str, Any]:
    """All of `content`; the last answer."""
    named = {"sha256": sha256(content), "size": len(content)}
    answer: dict[str, Any] = {"received": 0}
    while True:
        offset = answer["received"]
        data = base64.b64encode(content[offset : offset + PIECE]).decode()
        answer = await caller.call("attach", {**named, "offset": offset, "data": data})
        if answer["received"] == len(content):
            return answer


async def fetched(caller: Caller, digest: str) -> bytes:
    held = b""
    offset: int | None = 0
    while offset is not None:
        piece = await caller.call("attachment", {"sha256": digest, "offset": offset})
        held += base64.b64decode(piece["data"])
        offset = piece["next"]
    return held


async def code(caller: Caller, operation: str, **params: Any) -> str:
    with pytest.raises(Refused) as refused:
        await caller.call(operation, params)
    return refused.value.code


async def test_a_file_is_sent_named_and_read_back(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    sender = bob if scene.transport == "mcp" else scene.me
    assert await send(sender, PNG) == {"received": len(PNG), "media_type": "image/png"}
    attachments = [{"sha256": sha256(PNG), "name": "a picture.png"}]
    said = await sender.call("chat", {"channel": "general", "body": "look", "attachments": attachments})
    (message,) = (await scene.me.call("history", {"channel": "general"}))["messages"]
    assert message["id"] == said["message_id"]
    shown = {"id": sha256(PNG), "name": "a picture.png", "media_type": "image/png", "size": len(PNG)}
    assert message["attachments"] == [shown]
    assert await fetched(bob, sha256(PNG)) == PNG
    if scene.transport != "mcp":
        assert await fetched(scene.me, sha256(PNG)) == PNG
