"""What a request about files may hold, what a question with files is bound to, and what search finds of them."""

import asyncio
import base64
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

import orjson
import pytest
from chatbox.client.endpoint import Files, person_token
from chatbox.operations.caller import Refused

from tests.support.sending import PIECE, PNG, attached, code, fetched, piece, post, send, sha256
from tests.support.talkers import JSON, Answer, bare
from tests.transports.conftest import Scene, a_scene

MEBIBYTE = 1024 * 1024
LONG = base64.b64encode(bytes(PIECE + 1)).decode()

WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "more than an attachment may have": ({"size": 10 * MEBIBYTE + 1}, "PAYLOAD_TOO_LARGE"),
    "a piece that is too long": ({"size": MEBIBYTE, "data": LONG}, "VALIDATION_ERROR"),
    "a piece behind the end": ({"size": 3, "offset": 2}, "VALIDATION_ERROR"),
    "no base64": ({"data": "a*=="}, "VALIDATION_ERROR"),
    "no digest": ({"sha256": "../" * 21 + "x"}, "VALIDATION_ERROR"),
    "a digest in capitals": ({"sha256": sha256(b"abc").upper()}, "VALIDATION_ERROR"),
    "a negative size": ({"size": -1}, "VALIDATION_ERROR"),
    "a media type": ({"media_type": "image/svg+xml"}, "VALIDATION_ERROR"),
}


@pytest.mark.parametrize("wrong", WRONG)
async def test_a_piece_that_cannot_be_is_refused(files: Files, wrong: str) -> None:
    changed, expected = WRONG[wrong]
    asked = {"sha256": sha256(b"abc"), "size": 3, "offset": 0, "data": base64.b64encode(b"abc").decode(), **changed}
    async with a_scene(files, "http") as scene:
        assert await code(scene.me, "attach", **asked) == expected
        assert list(files.attachments.iterdir()) == []


async def test_a_message_names_ten_contents_at_most_and_each_once(files: Files) -> None:
    async with a_scene(files, "http") as scene:
        contents = [b"content %d" % number for number in range(11)]
        for content in contents:
            await send(scene.me, content)
        named = [attached(content, f"{number}.txt") for number, content in enumerate(contents)]
        assert await code(scene.me, "chat", channel="general", body="x", attachments=named) == "VALIDATION_ERROR"
        twice = [named[0], attached(contents[0], "other.txt")]
        assert await code(scene.me, "chat", channel="general", body="x", attachments=twice) == "VALIDATION_ERROR"
        await scene.me.call("chat", {"channel": "general", "body": "x", "attachments": named[:10]})
        (message,) = (await scene.me.call("history", {"channel": "general"}))["messages"]
        assert [one["name"] for one in message["attachments"]] == [f"{number}.txt" for number in range(10)]


NAMES = {
    "../../etc/passwd": False,
    "a/b": False,
    "a\\b": False,
    "..": False,
    ".": False,
    " ": False,
    "": False,
    "a\x00b": False,
    "a\nb": False,
    "a\u202egnp.exe": False,
    "x" * 201: False,
    "x" * 200: True,
    ".profile": True,
    "résumé 日本.pdf": True,
    "CON": True,
}


async def test_a_name_is_that_of_a_file_and_nothing_else(files: Files) -> None:
    async with a_scene(files, "http") as scene:
        await send(scene.me, b"text")
        for name, is_one in NAMES.items():
            said = {"channel": "general", "body": "x", "attachments": [attached(b"text", name)]}
            if is_one:
                assert await scene.me.call("chat", said), name
            else:
                assert await code(scene.me, "chat", **said) == "VALIDATION_ERROR", name


async def test_an_empty_file_is_a_file(files: Files) -> None:
    async with a_scene(files, "http") as scene:
        assert await piece(scene.me, b"", 0) == {"received": 0, "media_type": "text/plain"}
        await post(scene.me, b"", "empty")
        assert await scene.me.call("attachment", {"sha256": sha256(b"")}) == {
            "data": "",
            "size": 0,
            "media_type": "text/plain",
            "next": None,
        }


async def test_a_decision_is_bound_to_the_files_of_the_question(files: Files) -> None:
    async with a_scene(files, "http") as scene:
        bob = await scene.agent("bob", "#general")
        asked = {"channel": "general", "title": "T", "description": "Run this?", "type": "plan", "tier": 2}
        number, digests = 0, list[str]()
        for content in (None, b"rm a", b"rm b"):
            if content is not None:
                await send(bob, content)
                asked["attachments"] = [attached(content, "script.sh")]
            number = (await bob.call("start_post", asked))["post_id"]
            approval = (await scene.me.call("get_post", {"post_id": number}))["approval"]
            assert [one["id"] for one in approval["attachments"]] == ([] if content is None else [sha256(content)])
            digests.append(approval["digest"])
        first, second = digests[1:]
        assert await code(scene.me, "approve", post_id=number, digest=first) == "DIGEST_MISMATCH"
        await scene.me.call("approve", {"post_id": number, "digest": second})


async def test_search_finds_files_by_name_and_by_what_they_are(files: Files) -> None:
    async with a_scene(files, "http") as scene:
        picture = await post(scene.me, PNG, "Sequence diagram.png")
        notes = await post(scene.me, b"text", "minutes.md")
        plain = (await scene.me.call("chat", {"channel": "general", "body": "diagram"}))["message_id"]

        async def found(query: str) -> list[int]:
            return [one["id"] for one in (await scene.me.call("search", {"query": query}))["messages"]]

        assert await found("has:attachment") == [notes, picture]
        assert await found("has:images") == [picture]
        assert await found("diagram") == [plain, picture]
        assert await found('"sequence diagram" has:image') == [picture]
        assert await found("minutes -diagram") == [notes]
        # What a file is called is found; its digest and its type are no words.
        assert await found("image") == await found(sha256(PNG)) == []
        await scene.me.call("redact", {"message_id": picture})
        assert await found("has:attachment") == [notes]
        assert await found("diagram") == [plain]


async def test_the_same_request_with_files_happens_once(files: Files) -> None:
    async with a_scene(files, "http") as scene:
        await send(scene.me, b"text")
        said = {"channel": "general", "body": "x", "client_key": "k", "attachments": [attached(b"text", "a")]}
        assert await scene.me.call("chat", said) == await scene.me.call("chat", said)
        other = {**said, "attachments": [attached(b"text", "b")]}
        assert await code(scene.me, "chat", **other) == "KEY_REUSED"


def _port(scene: Scene) -> int:
    return urlsplit(scene.url).port or 0


def _host(scene: Scene) -> str:
    return urlsplit(scene.url).netloc


async def _get(scene: Scene, path: str, headers: Mapping[str, str]) -> Answer:
    return await bare(_port(scene), "GET", f"/attachments/{path}", {"Host": _host(scene), **headers})


async def test_bytes_are_served_so_that_no_browser_makes_a_page_of_them(files: Files) -> None:
    async with a_scene(files, "http") as scene:
        svg = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
        contents = {PNG: "image/png", svg: "text/plain; charset=utf-8", b"\x00\x01": "application/octet-stream"}
        for content, media_type in contents.items():
            await post(scene.me, content, "x.html")
            answer = await _get(scene, sha256(content), {"Authorization": f"Bearer {person_token(files)}"})
            assert (answer.status, answer.body) == (200, content)
            assert answer.headers["content-type"] == media_type
            assert answer.headers["x-content-type-options"] == "nosniff"
            assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"
            assert answer.headers["cross-origin-resource-policy"] == "same-origin"
            assert answer.headers["cache-control"] == "private, max-age=31536000, immutable"
            assert answer.headers.get("content-disposition") == (None if content == PNG else "attachment")


async def test_bytes_are_for_who_may_read_a_message_that_names_them(files: Files) -> None:
    async with a_scene(files, "http") as scene:
        await post(scene.me, b"text", "a.txt", "#debug")
        follower = await scene.session("follower", "#debug")
        eve = await scene.session("eve", "#general")
        link = (await scene.me.call("link", {}))["url"]
        own = {"Host": _host(scene), "Content-Type": JSON}
        code_of_link = orjson.dumps({"code": link.rpartition("=")[2]})
        session = await bare(_port(scene), "POST", "/session", own, code_of_link)
        asked = {
            "follower": ({"X-Agent-Token": follower}, 200),
            "cookie": ({"Cookie": session.headers["set-cookie"].partition(";")[0]}, 200),
            "eve": ({"X-Agent-Token": eve}, 404),
            "nobody": ({}, 401),
            "another": ({"X-Agent-Token": "guessed"}, 401),
        }
        for who, (headers, status) in asked.items():
            assert (await _get(scene, sha256(b"text"), headers)).status == status, who
        token = {"Authorization": f"Bearer {person_token(files)}"}
        for path in ("journal.db", "..%2Fjournal.db", "../journal.db", sha256(b"text").upper(), "0" * 64):
            assert (await _get(scene, path, token)).status == 404, path


async def test_a_file_that_is_named_while_it_is_redacted_is_there_or_is_not_named(files: Files) -> None:
    async with a_scene(files, "http") as scene:
        bob = await scene.agent("bob", "#general")
        named = 0
        for number in range(30):
            content = b"content %d" % number
            first = await post(scene.me, content, "a.txt")
            said = {"channel": "general", "body": "again", "attachments": [attached(content, "b.txt")]}
            redacting = scene.me.call("redact", {"message_id": first})
            both = (redacting, bob.call("chat", said)) if number % 2 else (bob.call("chat", said), redacting)
            answers = await asyncio.gather(*both, return_exceptions=True)
            refused = [one for one in answers if isinstance(one, Refused)]
            assert [one.code for one in refused] in ([], ["NOT_FOUND"])
            assert len([one for one in answers if isinstance(one, dict)]) == 2 - len(refused)
            named += not refused
            assert (files.attachments / sha256(content)).exists() is not bool(refused)
            if not refused:
                assert await fetched(bob, sha256(content)) == content
        assert named
