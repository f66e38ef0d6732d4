"""Clients of every revision of the protocol before the stateless one are answered in theirs."""

import asyncio
import sys
from pathlib import Path
from typing import Any

import httpx2
import orjson
import pytest

from tests.transports.mcp.room import SHIM, Memory, room

REVISIONS = ("2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25")
INITIALIZED = {"jsonrpc": "2.0", "method": "notifications/initialized"}
WHOAMI = {"jsonrpc": "2.0", "id": 2, "method": "tools/call", "params": {"name": "whoami", "arguments": {}}}


def opening(revision: str) -> dict[str, Any]:
    params = {"protocolVersion": revision, "capabilities": {}, "clientInfo": {"name": "t", "version": "1"}}
    return {"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": params}


class OverHttp:
    """What a client of such a revision sends and reads, without a library that would know better."""

    def __init__(self, http: httpx2.AsyncClient) -> None:
        self._http = http

    async def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        answer = await self._http.post("/mcp", json=message)
        assert answer.is_success, answer.text
        self._http.headers.update({k: v for k, v in answer.headers.items() if k == "mcp-session-id"})
        lines = [line[6:] for line in answer.text.splitlines() if line.startswith("data: {")]
        found: dict[str, Any] = orjson.loads(lines[-1] if lines else answer.content or b"{}")
        return found


@pytest.mark.parametrize("revision", REVISIONS)
async def test_over_http(tmp_path: Path, revision: str) -> None:
    async with room(Memory(tmp_path)) as here:
        headers = {
            "authorization": f"Bearer {await here.session('bob')}",
            "accept": "application/json, text/event-stream",
        }
        async with httpx2.AsyncClient(base_url=here.url, headers=headers, trust_env=False) as http:
            client = OverHttp(http)
            assert (await client.ask(opening(revision)))["result"]["protocolVersion"] == revision
            if revision >= "2025-06-18":
                http.headers["mcp-protocol-version"] = revision
            await client.ask(INITIALIZED)
            answer = await client.ask(WHOAMI)
            assert orjson.loads(answer["result"]["content"][0]["text"])["participant"] == "bob"


@pytest.mark.parametrize("revision", REVISIONS)
async def test_through_the_stdio_shim(tmp_path: Path, revision: str) -> None:
    async with room(Memory(tmp_path)) as here:
        code = f"{SHIM} asyncio.run(shim(sys.argv[1], sys.argv[2], None))"
        arguments = ("-c", code, here.url, await here.session("bob"))
        pipe = asyncio.subprocess.PIPE
        shim = await asyncio.create_subprocess_exec(sys.executable, *arguments, stdin=pipe, stdout=pipe)
        assert shim.stdin is not None
        assert shim.stdout is not None
        shim.stdin.write(orjson.dumps(opening(revision)) + b"\n")
        opened = orjson.loads(await shim.stdout.readline())
        assert opened["result"]["protocolVersion"] == revision
        shim.stdin.write(orjson.dumps(INITIALIZED) + b"\n" + orjson.dumps(WHOAMI) + b"\n")
        answer = orjson.loads(await shim.stdout.readline())
        assert answer["result"]["structuredContent"]["participant"] == "bob"
        shim.stdin.close()
        assert await shim.wait() == 0
