"""Who does not get as far as MCP."""

from pathlib import Path

import httpx2
import pytest

from tests.transports.mcp.room import ADMISSION, Memory, Room, room

BEARER = {"authorization": f"Bearer {ADMISSION}"}
INITIALIZE = {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": {}}


async def sent(here: Room, headers: dict[str, str], method: str = "POST") -> httpx2.Response:
    headers = {"accept": "application/json, text/event-stream"} | headers
    async with httpx2.AsyncClient(trust_env=False) as http:
        return await http.request(method, f"{here.url}/mcp", headers=headers, json=INITIALIZE)


@pytest.mark.parametrize(
    "wrong",
    [
        {"host": "evil.example"},
        {"host": "127.0.0.1"},
        {"host": "127.0.0.1:1"},
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:1"},
    ],
)
@pytest.mark.parametrize("version", ["2025-11-25", "2026-07-28"])
async def test_another_host_or_origin_is_refused(tmp_path: Path, wrong: dict[str, str], version: str) -> None:
    async with room(Memory(tmp_path)) as here:
        for method in ("POST", "GET", "DELETE"):
            answer = await sent(here, BEARER | wrong | {"mcp-protocol-version": version}, method)
            assert answer.status_code == 403, method


async def test_the_sdk_checks_host_and_origin_itself(tmp_path: Path) -> None:
    """Should the border before it ever be left out."""
    async with room(Memory(tmp_path)) as here:
        transport = httpx2.ASGITransport(here.mcp)
        async with httpx2.AsyncClient(transport=transport, base_url=here.url, headers=BEARER) as http:
            host = await http.post("/mcp", headers={"host": "evil.example"}, json=INITIALIZE)
            origin = await http.post("/mcp", headers={"origin": "http://evil.example"}, json=INITIALIZE)
        assert (host.status_code, origin.status_code) == (421, 403)


@pytest.mark.parametrize("method", ["POST", "GET", "DELETE"])
@pytest.mark.parametrize("headers", [{}, {"authorization": "Bearer guess"}, {"authorization": "Basic x"}])
async def test_without_a_token_there_is_nothing(tmp_path: Path, method: str, headers: dict[str, str]) -> None:
    async with room(Memory(tmp_path)) as here:
        answer = await sent(here, headers, method)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["error"]["data"] == {"code": "AUTH_ERROR"}


async def test_an_expired_session_is_told_so(tmp_path: Path) -> None:
    memory = Memory(tmp_path)
    async with room(memory) as here:
        token = await here.session("bob")
        memory.clock.advance(25 * 3600)
        answer = await sent(here, {"authorization": f"Bearer {token}"})
        assert answer.status_code == 401
        assert answer.json()["error"]["data"] == {"code": "SESSION_EXPIRED"}


async def test_a_request_after_the_end_is_told_so(tmp_path: Path) -> None:
    async with room(Memory(tmp_path)) as here:
        here.mcp.end()
        assert (await sent(here, BEARER)).status_code == 503
