"""The paths of the system before this one over HTTP, and the description of all paths."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import httpx2
import jsonschema  # type: ignore[import-untyped]
import orjson
import pytest
from chatbox.app.owning import Options, owning
from chatbox.client.endpoint import Files, admission_token
from chatbox.operations.catalogue import OPERATIONS
from schemathesis.specs.openapi.definitions import OPENAPI_31

from tests.support.owners import BOUND_SECONDS


class Old:
    """An agent that knows only the original: plain paths, and who it is in headers or in the body."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self.http = http

    async def post(self, path: str, headers: Mapping[str, str] | None = None, **body: Any) -> tuple[int, Any]:
        answer = await self.http.post(path, json=body, headers=dict(headers or {}))
        return answer.status_code, answer.json()

    async def get(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, Any]:
        answer = await self.http.get(path, headers=dict(headers or {}))
        return answer.status_code, answer.json()


@asynccontextmanager
async def an_old_agent(files: Files) -> AsyncIterator[tuple[Old, str]]:
    """The agent, and the admission token."""
    async with (
        owning(files, Options(supervise=False)) as owner,
        httpx2.AsyncClient(base_url=owner.url, timeout=BOUND_SECONDS, trust_env=False) as http,
    ):
        yield Old(http), admission_token(files) or ""


async def test_a_session_of_the_original_runs_from_hello_to_ack(files: Files) -> None:
    async with an_old_agent(files) as (old, admission):
        bearer = {"Authorization": f"Bearer {admission}"}
        hello = {"name": "ann", "phase": "1", "default_channels": ["general"]}
        _, ann = await old.post("/hello", bearer, **hello)
        me = {**bearer, "X-Agent-Token": ann["session_token"]}
        status, bob = await old.post("/hello", auth_token=admission, name="bob", default_channels=["#general"])
        assert (status, bob["subscribed"]) == (200, ["#general"])
        by_body = {"auth_token": admission, "session_token": bob["session_token"], "agent_name": "bob"}
        _, said = await old.post("/chat", channel="#general", body="Hello, Ann.", **by_body)
        _, heard = await old.post("/listen", me, channels=["general"], timeout_ms=0)
        assert [one["id"] for one in heard["messages"]] == [said["message_id"]]
        assert await old.post("/ack", me, channel="general", up_to_id=said["message_id"]) == (
            200,
            {"status": "ok", "last_read_id": said["message_id"]},
        )
        ask = {"channel": "general", "title": "Ship?", "description": "Now.", "type": "plan", "tier": 1}
        _, post = await old.post("/start_post", me, **ask)
        await old.post("/reply", post_id=post["post_id"], body="Fine.", **by_body)
        assert await old.post("/approve", post_id=post["post_id"], comment="Go.", **by_body) == (
            200,
            {"status": "ok", "action": "approved", "post_id": post["post_id"]},
        )
        _, other = await old.post("/start_post", me, **ask)
        assert (await old.post("/deny", post_id=other["post_id"], reason="No.", **by_body))[1]["action"] == "denied"
        number = {"post_id": post["post_id"]}
        assert await old.post("/pin_post", me, **number) == (200, {"status": "ok", "pinned": True})
        assert await old.post("/unpin_post", me, **number) == (200, {"status": "ok", "pinned": False})
        message = {"message_id": post["post_id"]}
        assert await old.post("/resolve_message", me, **message) == (200, {"status": "ok", "resolved": True})
        assert await old.post("/unresolve_message", me, **message) == (200, {"status": "ok", "resolved": False})
        assert await old.post("/close_post", me, **number, resolution="Done.") == (
            200,
            {"status": "ok", "resolution": "Done."},
        )
        status, thread = await old.get(f"/get_post?id={post['post_id']}", me)
        assert (status, thread["post"]["closed"], len(thread["replies"])) == (200, True, 1)
        assert thread["approval"]["decided_by"] == "bob"
        _, rooms = await old.get("/rooms", me)
        general = next(one for one in rooms["channels"] if one["name"] == "#general")
        assert {"name", "description", "is_standing", "last_activity", "unread"} <= general.keys()
        assert (general["is_standing"], general["last_activity"] is not None) == (True, True)
        assert await old.post("/subscribe", me, channel="debug", view="digest") == (
            200,
            {"status": "ok", "channel": "#debug", "view": "digest"},
        )
        assert (await old.post("/unsubscribe", me, channel="debug"))[0] == 200


@pytest.mark.parametrize(
    ("path", "body", "status", "code"),
    [
        ("/chat", {"channel": "#general", "body": "x", "auth_token": "guess"}, 401, "AUTH_ERROR"),
        ("/chat", {"channel": "#general", "body": "x", "agent_name": "eve"}, 403, "IDENTITY_MISMATCH"),
        ("/chat", {"channel": "#general", "body": "x", "agent_name": "bob", "session_token": None}, 401, "AUTH_ERROR"),
        ("/chat", {"channel": "#general"}, 400, "VALIDATION_ERROR"),
        ("/ack", {"channel": "#general", "up_to_id": 10**9}, 400, "VALIDATION_ERROR"),
        ("/listen", {"channels": ["#general"], "since_id": 10**9}, 400, "VALIDATION_ERROR"),
        ("/chat", {"channel": "#general", "body": "x" * 262_145}, 413, "PAYLOAD_TOO_LARGE"),
        ("/ack", {"channel": "#nowhere", "up_to_id": 1}, 404, "NOT_FOUND"),
        ("/hello", {"name": "BOB", "default_channels": []}, 409, "NAME_TAKEN"),
        ("/approve", {"post_id": 9_999}, 404, "NOT_FOUND"),
    ],
)
async def test_the_codes_of_the_original_are_kept(
    files: Files, path: str, body: dict[str, Any], status: int, code: str
) -> None:
    async with an_old_agent(files) as (old, admission):
        _, bob = await old.post("/hello", auth_token=admission, name="bob", default_channels=["#general"])
        who = {} if "auth_token" in body else {"auth_token": admission}
        who |= {} if path == "/hello" or "auth_token" in body else {"session_token": bob["session_token"]}
        got, answer = await old.post(path, **{**who, **body})
        assert (got, answer["error"]["code"]) == (status, code), answer
        assert answer == {"status": "error", **answer["error"], "error": answer["error"]}


async def test_messages_have_their_former_names_too(files: Files) -> None:
    async with an_old_agent(files) as (old, admission):
        _, bob = await old.post("/hello", auth_token=admission, name="bob", default_channels=["#general"])
        me = {"X-Agent-Token": bob["session_token"]}
        _, post = await old.post("/start_post", me, channel="general", title="T", description="D", type="plan")
        await old.post("/reply", me, post_id=post["post_id"], body="R")
        await old.post("/close_post", me, post_id=post["post_id"], resolution="Done.")
        _, thread = await old.get(f"/get_post?id={post['post_id']}", me)
        _, ann = await old.post("/hello", auth_token=admission, name="ann", default_channels=["#general"])
        _, said = await old.post("/chat", {"X-Agent-Token": ann["session_token"]}, channel="general", body="C")
        # A script may ask for a longer wait than there is.
        _, heard = await old.post("/listen", me, channels=["general"], timeout_ms=120_000)
    (reply,), (chat,) = thread["replies"], heard["messages"]
    assert thread["post"]["closed_resolution"] == "Done."
    assert [(one["msg_type"], one["in_reply_to"]) for one in (thread["post"], reply, chat)] == [
        ("plan", None),
        ("reply", post["post_id"]),
        ("chat", None),
    ]
    assert (chat["id"], chat["ts"]) == (said["message_id"], chat["at"] / 1_000_000)


async def test_a_channel_that_is_named_is_made(files: Files) -> None:
    async with an_old_agent(files) as (old, admission):
        _, bob = await old.post("/hello", auth_token=admission, name="bob", default_channels=["builds", "#builds"])
        me = {"X-Agent-Token": bob["session_token"]}
        assert bob["subscribed"] == ["#builds"]
        assert (await old.post("/chat", me, channel="nights", body="Green."))[0] == 200
        assert (await old.post("/subscribe", me, channel="#days"))[0] == 200
        status, wrong = await old.post("/chat", me, channel="No Channel", body="Green.")
        assert (status, wrong["code"]) == (400, "VALIDATION_ERROR")
        # What is asked at /api means what it says.
        status, wrong = await old.post("/api/chat", me, channel="#elsewhere", body="Green.")
        assert (status, wrong["error"]["code"]) == (404, "NOT_FOUND")
        assert "`hello` with #elsewhere among its channels opens it" in wrong["error"]["message"]
        _, rooms = await old.get("/rooms", me)
    named = {one["name"] for one in rooms["channels"]}
    assert {"#builds", "#nights", "#days"} <= named
    assert "#elsewhere" not in named


async def test_the_paths_of_the_original_have_the_same_border(files: Files) -> None:
    async with an_old_agent(files) as (old, admission):
        bearer = {"Authorization": f"Bearer {admission}"}
        hello = {"name": "ann", "default_channels": []}
        assert (await old.post("/hello", {**bearer, "Origin": "http://evil.example"}, **hello))[0] == 403
        assert (await old.post("/hello", {**bearer, "Host": "evil.example"}, **hello))[0] == 403
        plain = await old.http.post(
            "/hello", content=orjson.dumps(hello), headers={**bearer, "Content-Type": "text/plain"}
        )
        assert plain.status_code == 415
        assert (await old.get("/rooms", {"Origin": "http://evil.example"}))[0] == 403
        assert (await old.get("/hello", bearer))[0] == 405


async def test_every_path_is_described_and_the_description_is_openapi(files: Files) -> None:
    async with an_old_agent(files) as (old, _):
        status, described = await old.get("/openapi.json")
        assert status == 200
        jsonschema.Draft202012Validator(OPENAPI_31).validate(described)
        assert described["openapi"] == "3.1.0"
        shown = {f"/api/{name}" for name, one in OPERATIONS.items() if "http" in one.transports}
        assert shown <= described["paths"].keys()
        assert {"/hello", "/ack", "/rooms", "/get_post", "/health", "/events"} <= described["paths"].keys()
        for schema in described["components"]["schemas"].values():
            jsonschema.Draft202012Validator.check_schema(schema)
        for reference in _references(described):
            found: Any = described
            for part in reference.removeprefix("#/").split("/"):
                found = found[part]
            assert found


def _references(found: Any) -> list[str]:
    if isinstance(found, list):
        return [one for part in found for one in _references(part)]
    if not isinstance(found, dict):
        return []
    here = [found["$ref"]] if isinstance(found.get("$ref"), str) else []
    return here + [one for part in found.values() for one in _references(part)]
