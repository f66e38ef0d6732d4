"""Where requests may come from, who must say who they are, and what never leaves the process."""

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import suppress
from urllib.parse import urlsplit

import orjson
import pytest
from chatbox.app.owning import Options, Owner, owning
from chatbox.client.endpoint import Files, person_token
from chatbox.client.remote import RemoteCaller
from chatbox.operations.caller import Refused
from chatbox.operations.catalogue import OPERATIONS
from chatbox.transports.http import border
from chatbox.transports.websocket import conversation, socket
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from tests.support.owners import BOUND_SECONDS, an_owner
from tests.support.talkers import JSON, HttpCaller, bare

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}


@pytest.fixture
async def owner(files: Files) -> AsyncIterator[Owner]:
    async with owning(files, Options()) as found:
        yield found


def _port(owner: Owner) -> int:
    port = urlsplit(owner.url).port
    assert port is not None
    return port


def _token(owner: Owner) -> str:
    token = person_token(owner.files)
    assert token is not None
    return token


HOSTS = {
    "127.0.0.1:{port}": True,
    "localhost:{port}": True,
    "LOCALHOST:{port}": True,
    "[::1]:{port}": True,
    "127.0.0.1": False,
    "localhost": False,
    "127.0.0.1:{other}": False,
    "evil.example:{port}": False,
    "evil.example": False,
    "127.0.0.1.evil.example:{port}": False,
    "localhost.:{port}": False,
    "0.0.0.0:{port}": False,
    "127.1:{port}": False,
    "2130706433:{port}": False,
    "user@127.0.0.1:{port}": False,
    "[::ffff:127.0.0.1]:{port}": False,
    "": False,
}
ORIGINS: dict[str | None, bool] = {
    None: True,
    "http://127.0.0.1:{port}": True,
    "http://localhost:{port}": True,
    "https://127.0.0.1:{port}": False,
    "http://127.0.0.1:{other}": False,
    "http://127.0.0.1": False,
    "http://evil.example": False,
    "http://localhost:{port}.evil.example": False,
    "null": False,
    "vscode-webview://abc": False,
    "": False,
}
SAYING = orjson.dumps({"channel": "general", "body": "x"})
REQUESTS: dict[str, tuple[str, str, bytes]] = {
    "read": ("POST", "/api/rooms", b"{}"),
    "write": ("POST", "/api/chat", SAYING),
    "original read": ("GET", "/rooms", b""),
    "original write": ("POST", "/chat", SAYING),
    "attachment": ("GET", "/attachments/" + "0" * 64, b""),
    "events": ("GET", "/events", b""),
}
OF_NOBODY: dict[str, tuple[str, str, bytes]] = {
    "page": ("GET", "/", b""),
    "openapi": ("GET", "/openapi.json", b""),
    "health": ("GET", "/health", b""),
    "session": ("POST", "/session", b'{"code":"x"}'),
    "websocket": ("GET", "/ws", b""),
}
WAYS = (*REQUESTS, *OF_NOBODY)
OVER_MCP: dict[str, tuple[str, dict[str, object]]] = {
    "mcp session": (
        "initialize",
        {"protocolVersion": "2025-06-18", "clientInfo": {"name": "t", "version": "1"}, "capabilities": {}},
    ),
    "mcp read": ("tools/call", {"name": "rooms", "arguments": {}}),
    "mcp write": ("tools/call", {"name": "chat", "arguments": orjson.loads(SAYING)}),
}
PASSED = {"websocket": 101, "session": 401, "attachment": 404}
STATELESS = {
    "io.modelcontextprotocol/protocolVersion": "2026-07-28",
    "io.modelcontextprotocol/clientCapabilities": {},
}


async def _status(way: str, port: int, headers: dict[str, str | None], token: str) -> int:
    """The status of one request of this kind; its headers decide whether it comes to anything."""
    bearer = {**headers, "Authorization": f"Bearer {token}"}
    if way in OVER_MCP:
        return await _mcp_status(way, port, bearer)
    signed = bearer if way in REQUESTS else {**headers, **(UPGRADE if way == "websocket" else {})}
    method, path, body = (REQUESTS | OF_NOBODY)[way]
    return (await bare(port, method, path, {**signed, "Content-Type": JSON} if body else signed, body)).status


async def _mcp_status(way: str, port: int, headers: dict[str, str | None]) -> int:
    method, params = OVER_MCP[way]
    asking = {**headers, "Content-Type": JSON, "Accept": f"{JSON}, text/event-stream"}
    if "name" in params:
        params = {**params, "_meta": STATELESS}
        asking |= {"Mcp-Protocol-Version": "2026-07-28", "Mcp-Method": method, "Mcp-Name": str(params["name"])}
    body = orjson.dumps({"jsonrpc": "2.0", "id": 1, "method": method, "params": params})
    return (await bare(port, "POST", "/mcp", asking, body)).status


@pytest.mark.parametrize("way", [*WAYS, *OVER_MCP])
async def test_only_the_servers_own_host_and_origin_are_let_in(owner: Owner, way: str) -> None:
    port, token, head = _port(owner), _token(owner), owner.feed.head
    passed = PASSED.get(way, 200)
    names = {"port": port, "other": port - 1}
    allowed = 0
    for (host, own_host), (origin, own_origin) in itertools.product(HOSTS.items(), ORIGINS.items()):
        headers = {"Host": host.format(**names), "Origin": origin and origin.format(**names)}
        status = await _status(way, port, headers, token)
        if own_host and own_origin:
            allowed += 1
            assert status == passed, headers
        else:
            assert status in (400, 403), headers
    assert owner.feed.head - head == (allowed if way.endswith("write") else 0)


@pytest.mark.parametrize("way", WAYS)
async def test_control_without_the_check_a_stranger_is_let_in(
    owner: Owner, way: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Over MCP its SDK would refuse it next: see `mcp/test_border.py`."""
    for module in (border, conversation):
        monkeypatch.setattr(module, "refused", lambda *_: None)
    headers: dict[str, str | None] = {"Host": "evil.example", "Origin": "http://evil.example"}
    assert await _status(way, _port(owner), headers, _token(owner)) == PASSED.get(way, 200)


async def test_a_second_origin_beside_the_own_one_is_not_let_in(owner: Owner) -> None:
    port = _port(owner)
    own = f"127.0.0.1:{port}"
    headers = {"Host": own, "Origin": f"http://{own}\r\nOrigin: http://evil.example"}
    assert await _status("read", port, dict(headers), _token(owner)) in (400, 403)
    assert await _status("websocket", port, dict(headers), _token(owner)) in (400, 403)


@pytest.mark.parametrize(
    "kind", [None, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"]
)
async def test_what_a_form_can_send_is_not_taken(owner: Owner, kind: str | None) -> None:
    port, head = _port(owner), owner.feed.head
    own = {"Host": f"127.0.0.1:{port}", "Authorization": f"Bearer {_token(owner)}"}
    for path in ("/api/chat", "/session", "/api/stop", "/mcp"):
        answer = await bare(port, "POST", path, {**own, "Content-Type": kind}, b'{"channel":"general","body":"x"}')
        assert answer.status == 415
    assert owner.feed.head == head
    assert not owner.workspace.stopping.is_set()


async def test_json_with_a_charset_is_json(owner: Owner) -> None:
    port = _port(owner)
    own = {"Host": f"127.0.0.1:{port}", "Authorization": f"Bearer {_token(owner)}"}
    own["Content-Type"] = "Application/JSON; charset=utf-8"
    assert (await bare(port, "POST", "/api/whoami", own, b"{}")).status == 200


@pytest.mark.parametrize("chunked", [False, True])
async def test_a_body_that_is_too_large_is_not_read_to_its_end(owner: Owner, *, chunked: bool) -> None:
    port, body = _port(owner), b"x" * (2 * 1024 * 1024 + 1)
    own = {"Host": f"127.0.0.1:{port}", "Authorization": f"Bearer {_token(owner)}", "Content-Type": JSON}
    if chunked:
        own |= {"Transfer-Encoding": "chunked", "Content-Length": None}  # type: ignore[dict-item]
        body = b"%x\r\n%b\r\n0\r\n\r\n" % (len(body), body)
    answer = await bare(port, "POST", "/api/chat", own, body)
    assert (answer.status, orjson.loads(answer.body)["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")


ODD_REQUESTS = [
    ("GET", "/events?after=-1", 400),
    ("GET", "/events?after=99999", 400),
    ("GET", "/events?after=x", 400),
    ("GET", "/events?after=" + "9" * 5_000, 400),
    ("GET", "/events?after=%C2%B2", 400),
    ("GET", "/api/chat", 405),
    ("PUT", "/api/chat", 405),
    ("GET", "/nowhere", 404),
    ("GET", "/assets/..%2f..%2fports.py", 404),
    ("GET", "/assets/__init__.py", 404),
    ("OPTIONS", "/api/chat", 405),
]


@pytest.mark.parametrize(("method", "path", "status"), ODD_REQUESTS)
async def test_an_odd_request_gets_an_answer_that_says_so(owner: Owner, method: str, path: str, status: int) -> None:
    port = _port(owner)
    own = {"Host": f"127.0.0.1:{port}", "Authorization": f"Bearer {_token(owner)}"}
    answer = await bare(port, method, path, own)
    assert answer.status == status
    assert not [name for name in answer.headers if name.startswith("access-control")]


ODD_BODIES = [b"[]", b"1", b'"x"', b"{", b"\xff", b'{"a":1}x', b"[" * 100_000, b'{"body": "\\ud800"}', b"null"]


@pytest.mark.parametrize("body", ODD_BODIES, ids=range(len(ODD_BODIES)))
async def test_a_body_that_is_no_json_object_is_refused(owner: Owner, body: bytes) -> None:
    port = _port(owner)
    own = {"Host": f"127.0.0.1:{port}", "Authorization": f"Bearer {_token(owner)}", "Content-Type": JSON}
    assert (await bare(port, "POST", "/api/chat", own, body)).status == 400


async def test_without_a_token_there_is_nothing_but_health_and_the_empty_page(owner: Owner) -> None:
    port = _port(owner)
    own = {"Host": f"127.0.0.1:{port}"}
    for token in (None, "Bearer ", "Bearer wrong", "Basic cm9vdA==", "Bearer \xff"):
        headers = {**own, "Authorization": token}
        for operation in OPERATIONS:
            answer = await bare(port, "POST", f"/api/{operation}", {**headers, "Content-Type": JSON}, b"{}")
            assert answer.status == 401, operation
        assert (await bare(port, "GET", "/events", headers)).status == 401
        assert (await bare(port, "POST", "/mcp", {**headers, "Content-Type": JSON}, b"{}")).status == 401
    health = await bare(port, "GET", "/health", own)
    assert set(orjson.loads(health.body)) == {"status", "version", "detail"}
    page = await bare(port, "GET", "/", own)
    assert page.status == 200
    assert "default-src 'none'" in page.headers["content-security-policy"]
    for secret in (_token(owner), owner.files.token.read_text().strip(), "root", owner.files.root.name):
        assert secret.encode() not in page.body


async def test_the_admission_token_says_hello_and_nothing_else(owner: Owner) -> None:
    admission = owner.files.token.read_text().strip()
    over_http = HttpCaller(owner.url, admission)
    with pytest.raises(Refused):
        await anext(over_http.follow(0))
    await over_http.close()
    over_socket = await RemoteCaller.connect(owner.url, admission)
    with pytest.raises(Refused) as refused:
        async with asyncio.timeout(BOUND_SECONDS):
            await anext(over_socket.follow(0))
    assert refused.value.code == "AUTH_ERROR"
    await over_socket.close()


async def test_a_websocket_that_does_not_say_who_it_is_is_closed(owner: Owner, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(conversation, "AUTHENTICATE_SECONDS", 0.1)
    async with asyncio.timeout(BOUND_SECONDS), connect(f"ws{owner.url[4:]}/ws", proxy=None) as held:
        for method in ("chatbox/whoami", "chatbox/follow", "chatbox/hello", "whoami"):
            await held.send(orjson.dumps({"jsonrpc": "2.0", "id": 1, "method": method}).decode())
            assert orjson.loads(await held.recv())["error"]["data"]["code"] == "AUTH_ERROR"
        wrong = {"jsonrpc": "2.0", "id": 2, "method": "authenticate", "params": {"token": "wrong"}}
        await held.send(orjson.dumps(wrong).decode())
        assert orjson.loads(await held.recv())["error"]["data"]["code"] == "AUTH_ERROR"
        with pytest.raises(ConnectionClosed):
            await held.recv()
        assert held.close_code == conversation.NOT_AUTHENTICATED


async def test_a_frame_that_is_too_large_closes_the_websocket_with_1009(owner: Owner) -> None:
    for fragments in (["x" * (socket.FRAME_BYTES_MAX + 1)], ["x" * 1024 * 1024] * 3):
        async with asyncio.timeout(BOUND_SECONDS), connect(f"ws{owner.url[4:]}/ws", proxy=None) as held:
            with suppress(ConnectionClosed):
                await held.send(fragments)
            with pytest.raises(ConnectionClosed):
                await held.recv()
            assert held.close_code == 1009


ODD_MESSAGES = [
    (b"{", -32700),
    (b"[]", -32600),
    (b'{"id": 1}', -32600),
    (b'{"id": 1, "method": "chatbox/whoami", "params": [1]}', -32602),
    (b'{"id": 1, "method": "chatbox/no_such_thing"}', -32601),
    (b'{"id": 1, "method": "no_such_thing"}', -32601),
    (b'{"id": 1, "method": "chatbox/follow", "params": {"after": "x"}}', -32602),
    (b'{"id": 1, "method": "chatbox/follow", "params": {"after": -1}}', -32602),
    (b'{"id": 1, "method": "chatbox/follow", "params": {"after": 99999}}', -32602),
    (b'{"id": 1, "method": "chatbox/chat", "params": {}}', -32602),
    (b'{"id": 1, "method": "chatbox/chat", "params": {"channel": "general", "body": "\\ud800"}}', -32700),
]


@pytest.mark.parametrize(("message", "code"), ODD_MESSAGES)
async def test_an_odd_message_gets_the_error_of_its_kind(owner: Owner, message: bytes, code: int) -> None:
    async with asyncio.timeout(BOUND_SECONDS), connect(f"ws{owner.url[4:]}/ws", proxy=None) as held:
        await held.send(orjson.dumps({"id": 0, "method": "authenticate", "params": {"token": _token(owner)}}).decode())
        await held.recv()
        await held.send(message.decode())
        assert orjson.loads(await held.recv())["error"]["code"] == code


async def test_a_link_works_once_and_its_cookie_is_out_of_reach_for_scripts_and_strangers(owner: Owner) -> None:
    port = _port(owner)
    own = {"Host": f"127.0.0.1:{port}", "Content-Type": JSON}
    person = HttpCaller(owner.url, _token(owner))
    code = (await person.call("link", {}))["url"].partition("#code=")[2]
    await person.close()
    first = await bare(port, "POST", "/session", own, orjson.dumps({"code": code}))
    again = await bare(port, "POST", "/session", own, orjson.dumps({"code": code}))
    assert (first.status, again.status) == (204, 401)
    cookie, *attributes = first.headers["set-cookie"].split("; ")
    assert {"HttpOnly", "SameSite=strict", "Path=/"} <= set(attributes)
    with_cookie = {**own, "Cookie": cookie}
    whoami = await bare(port, "POST", "/api/whoami", with_cookie, b"{}")
    assert "decide" in orjson.loads(whoami.body)["scopes"]
    foreign = {**with_cookie, "Origin": "http://evil.example"}
    assert (await bare(port, "POST", "/api/whoami", foreign, b"{}")).status == 403
    origin = f"http://127.0.0.1:{port}"
    with pytest.raises(InvalidStatus):
        async with connect(f"ws{owner.url[4:]}/ws", proxy=None, origin="http://evil.example"):  # type: ignore[arg-type]
            pass
    headers = {"Cookie": cookie}
    async with connect(f"ws{owner.url[4:]}/ws", proxy=None, origin=origin, additional_headers=headers) as held:  # type: ignore[arg-type]
        await held.send('{"id": 1, "method": "authenticate"}')
        assert orjson.loads(await held.recv())["result"]["kind"] == "person"


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
async def test_no_token_is_ever_written_anywhere_but_into_its_own_file(files: Files, level: str) -> None:
    log = files.root / ".agentchat.log"
    async with an_owner(files, f"--log={log}:{level}") as process:
        secrets = {files.token.read_text().strip(), files.person_token.read_text().strip()}
        port = int(process.url.rsplit(":", 1)[1])
        door = HttpCaller(process.url, files.token.read_text().strip())
        session = (await door.call("hello", {"name": "bob", "default_channels": ["general"]}))["session_token"]
        person = await process.person()
        code = (await person.call("link", {}))["url"].partition("#code=")[2]
        own = {"Host": f"127.0.0.1:{port}", "Content-Type": JSON}
        cookie = (await bare(port, "POST", "/session", own, orjson.dumps({"code": code}))).headers["set-cookie"]
        secrets |= {session, code, cookie.partition("=")[2].partition(";")[0]}
        bob = await RemoteCaller.connect(process.url, session)
        await bob.call("chat", {"channel": "general", "body": "hello"})
        async with connect(f"ws{process.url[4:]}/ws", proxy=None, additional_headers={"Cookie": cookie}) as page:
            await page.send('{"id": 1, "method": "authenticate"}')
            await page.recv()
        bearer = {"Host": own["Host"], "Authorization": f"Bearer {session}"}
        await bare(port, "GET", f"/events?after=x&token={session}", {**bearer, "Cookie": cookie})
        for caller in (door, person, bob):
            await caller.close()
        found = [path for path in files.root.rglob("*") if path.is_file() and path != files.token]
        assert {files.journal, files.views, files.endpoint, log} <= set(found)
        found.append(files.root.parent / "owner.stderr")
        for path in found:
            held = path.read_bytes()
            # Logs shorten what they show: a piece of a token is looked for.
            assert not [one for one in secrets if one[:12].encode() in held or one[-12:].encode() in held], path
    assert files.token.stat().st_mode & 0o077 == 0
    assert files.person_token.stat().st_mode & 0o077 == 0
    assert files.person_token.parent.stat().st_mode & 0o077 == 0


async def test_control_a_planted_token_is_found_where_it_is_written(files: Files) -> None:
    async with owning(files, Options()) as owner:
        assert owner.person is not None
        token = files.token.read_text().strip()
        await owner.caller(owner.person).call("chat", {"channel": "general", "body": token})
        held = b"".join(p.read_bytes() for p in files.folder.iterdir() if p.is_file() and p != files.token)
        assert token.encode() in held
