"""Files of messages: sent in pieces, named by messages, read by whoever may read those, through every transport."""

from typing import Any

import pytest
from chatbox.client.endpoint import person_token
from chatbox.operations.caller import Caller, Refused

from tests.support.sending import PNG, attached, code, fetched, piece, post, send, sha256
from tests.transports.conftest import Scene

NOTES = "Grüße, 日本\n".encode()


async def _sender(scene: Scene) -> Caller:
    """Me; over MCP nobody sends files, so another agent does."""
    return await scene.agent("sender", "#general") if scene.transport == "mcp" else scene.me


async def _refusal(caller: Caller, operation: str, **params: Any) -> str:
    with pytest.raises(Refused) as refused:
        await caller.call(operation, params)
    return f"{refused.value.code}: {refused.value.message}"


async def test_a_file_is_sent_named_and_read_back(scene: Scene) -> None:
    bob = await scene.agent("bob", "#general")
    sender = await _sender(scene)
    assert await send(sender, PNG) == {"received": len(PNG), "media_type": "image/png"}
    said = {"channel": "general", "body": "look", "attachments": [attached(PNG, "a picture.png")]}
    number = (await sender.call("chat", said))["message_id"]
    (message,) = (await scene.me.call("history", {"channel": "general"}))["messages"]
    shown = {"id": sha256(PNG), "name": "a picture.png", "media_type": "image/png", "size": len(PNG)}
    assert (message["id"], message["attachments"]) == (number, [shown])
    assert await fetched(bob, sha256(PNG)) == PNG
    if scene.transport != "mcp":
        assert await fetched(scene.me, sha256(PNG)) == PNG


async def test_posts_and_replies_name_files_too(scene: Scene) -> None:
    sender = await _sender(scene)
    await send(sender, NOTES)
    names = [attached(NOTES, "notes.txt")]
    asked = {"channel": "general", "title": "T", "description": "D", "type": "plan", "attachments": names}
    number = (await sender.call("start_post", asked))["post_id"]
    await sender.call("reply", {"post_id": number, "body": "and here", "attachments": names})
    thread = await scene.me.call("get_post", {"post_id": number})
    listed = [one["attachments"] for one in (thread["post"], *thread["replies"])]
    assert [[(one["name"], one["media_type"]) for one in each] for each in listed] == [
        [("notes.txt", "text/plain")]
    ] * 2


async def test_who_may_read_a_file_may_name_it_without_sending_it(scene: Scene) -> None:
    await post(await _sender(scene), NOTES, "notes.txt")
    said = {"channel": "general", "body": "see above", "attachments": [attached(NOTES, "again.txt")]}
    assert await scene.me.call("chat", said)
    messages = (await scene.me.call("history", {"channel": "general"}))["messages"]
    assert [one["attachments"][0]["name"] for one in messages] == ["notes.txt", "again.txt"]


async def test_an_upload_goes_on_where_it_stands_whatever_offset_is_sent(scene: Scene) -> None:
    sender = await _sender(scene)
    assert await piece(sender, PNG, 0, 1_000) == {"received": 1_000, "media_type": None}
    # Sent twice, sent too far ahead, only asked for.
    assert await piece(sender, PNG, 0, 1_000) == {"received": 1_000, "media_type": None}
    assert await piece(sender, PNG, 5_000, 1_000) == {"received": 1_000, "media_type": None}
    assert await piece(sender, PNG, 0, 0) == {"received": 1_000, "media_type": None}
    assert await code(sender, "chat", channel="general", body="x", attachments=[attached(PNG, "p")]) == "NOT_FOUND"
    assert (await send(sender, PNG))["media_type"] == "image/png"
    assert await piece(sender, PNG, 0, 0) == {"received": len(PNG), "media_type": "image/png"}


async def test_what_is_not_what_its_digest_names_is_thrown_away(scene: Scene) -> None:
    sender = await _sender(scene)
    refused = await _refusal(sender, "attach", sha256=sha256(b"b"), size=1, data="YQ==")
    assert refused.startswith("VALIDATION_ERROR: ")
    assert "send them again from offset 0" in refused
    assert await piece(sender, b"b", 0) == {"received": 1, "media_type": "text/plain"}


async def test_what_nobody_may_read_does_not_exist_for_them(scene: Scene) -> None:
    owner = await scene.agent("ann", "#debug")
    await post(owner, NOTES, "notes.txt", "#debug")
    eve = await scene.agent("eve", "#general")
    nowhere = sha256(b"nobody has sent this")
    for operation, names in (("attachment", ()), ("chat", ("attachments",))):
        answers = []
        for digest in (sha256(NOTES), nowhere):
            named = {"attachments": [{"sha256": digest, "name": "x"}], "channel": "general", "body": "x"}
            answers.append(await _refusal(eve, operation, **(named if names else {"sha256": digest})))
        assert answers[0].replace(sha256(NOTES), nowhere) == answers[1]
        assert answers[1].startswith("NOT_FOUND: ")
    # She is told no sooner that it is here than anybody who sends what nobody has.
    for content in (NOTES, b"another content"):
        assert await piece(eve, content, 0, 5) == {"received": 5, "media_type": None}
    # Ann has sent it, and may read it: she need not send it again.
    assert (await piece(owner, NOTES, 0, 0))["received"] == len(NOTES)
    # Who has proven to hold it may name it.
    assert await post(eve, NOTES, "mine.txt")


async def test_a_redacted_message_takes_its_files_along_unless_another_one_names_them(scene: Scene) -> None:
    sender = await _sender(scene)
    token = person_token(scene.files)
    assert token is not None
    person = await scene.over("websocket", token)
    first = await post(sender, NOTES, "notes.txt")
    second = await post(sender, NOTES, "the same.txt")
    stored = scene.files.attachments / sha256(NOTES)
    await person.call("redact", {"message_id": first})
    messages = (await scene.me.call("history", {"channel": "general"}))["messages"]
    assert [len(one["attachments"]) for one in messages] == [0, 1]
    assert await fetched(person, sha256(NOTES)) == NOTES
    assert stored.read_bytes() == NOTES
    await person.call("redact", {"message_id": second})
    assert await code(person, "attachment", sha256=sha256(NOTES)) == "NOT_FOUND"
    assert list(scene.files.attachments.iterdir()) == []
    # Who wants to name it again sends it again.
    assert await code(sender, "chat", channel="general", body="x", attachments=[attached(NOTES, "x")]) == "NOT_FOUND"
    assert await post(sender, NOTES, "anew.txt")
