"""The shim's line over a scripted wire: what it repeats, what it renews, and what it never does twice."""

from collections.abc import Callable

import httpx2
import orjson
import pytest
from chatbox.transports.mcp.line import Line

URL = "http://127.0.0.1:1"
SESSION = "mcp-session-id"
OPENING = b'{"method":"initialize"}'


class Wire:
    """A server's side of the line: `answer` says what comes back, `asked` remembers what was asked."""

    def __init__(self, answer: Callable[[httpx2.Request, int], httpx2.Response]) -> None:
        self._answer = answer
        self.asked: list[httpx2.Request] = []

    def __call__(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request)
        return self._answer(request, len(self.asked))

    def line(self, name: str | None = None, admission: Callable[[], str | None] = lambda: None) -> Line:
        line = Line(URL, "admission", name, admission)
        line._wire = httpx2.MockTransport(self)  # type: ignore[assignment]  # noqa: SLF001
        return line


def posted(body: bytes = b"{}", session: str | None = None) -> httpx2.Request:
    headers = {} if session is None else {SESSION: session}
    return httpx2.Request("POST", f"{URL}/mcp", content=body, headers=headers)


async def message_of(answer: httpx2.Response) -> str:
    return str(orjson.loads(await answer.aread())["error"]["message"])


async def test_a_server_that_is_away_is_asked_again_until_it_is_back() -> None:
    def answer(_request: httpx2.Request, number: int) -> httpx2.Response:
        if number < 3:
            raise httpx2.ConnectError("nobody listens")
        return httpx2.Response(200)

    wire = Wire(answer)
    assert (await wire.line().handle_async_request(posted())).status_code == 200
    assert len(wire.asked) == 3


async def test_what_may_have_arrived_is_never_sent_twice() -> None:
    def answer(_request: httpx2.Request, _number: int) -> httpx2.Response:
        raise httpx2.ReadError("the connection broke")

    wire = Wire(answer)
    told = await wire.line().handle_async_request(posted())
    assert (await message_of(told)).startswith("UNKNOWN_OUTCOME: ")
    assert len(wire.asked) == 1


async def test_an_expired_token_and_a_forgotten_session_are_renewed_in_one_go() -> None:
    """After a night: the broker was restarted, and the token has expired as well."""

    def answer(request: httpx2.Request, number: int) -> httpx2.Response:
        if number == 1:
            return httpx2.Response(200, headers={SESSION: "of yesterday"})
        if request.url.path == "/api/hello":
            return httpx2.Response(200, json={"session_token": "fresh"})
        if request.headers["authorization"] != "Bearer fresh":
            return httpx2.Response(401)
        if request.content == OPENING:
            return httpx2.Response(200, headers={SESSION: "of today"})
        return httpx2.Response(200 if request.headers[SESSION] == "of today" else 404)

    wire = Wire(answer)
    line = wire.line("bob")
    await line.handle_async_request(posted(OPENING))
    assert (await line.handle_async_request(posted(session="of yesterday"))).status_code == 200
    assert (await line.handle_async_request(posted(session="of yesterday"))).status_code == 200
    assert [request.content for request in wire.asked].count(OPENING) == 2


def rotated_twice(request: httpx2.Request, _number: int) -> httpx2.Response:
    token = request.headers["authorization"]
    if request.url.path != "/api/hello":
        return httpx2.Response(200 if token in ("Bearer fresh", "Bearer admission now") else 401)
    if token != "Bearer admission now":
        return httpx2.Response(401, json={"error": {"code": "AUTH_ERROR", "message": "Not known here."}})
    return httpx2.Response(200, json={"session_token": "fresh"})


@pytest.mark.parametrize("name", ["bob", None])
async def test_an_admission_token_that_was_replaced_meanwhile_is_read_again(name: str | None) -> None:
    line = Wire(rotated_twice).line(name, lambda: "admission now")
    assert (await line.handle_async_request(posted())).status_code == 200


@pytest.mark.parametrize("name", ["bob", None])
async def test_control_by_the_one_it_began_with_nobody_gets_in_again(name: str | None) -> None:
    wire = Wire(rotated_twice)
    answer = await wire.line(name).handle_async_request(posted())
    assert answer.status_code == (401 if name is None else 503)
    assert len(wire.asked) == (1 if name is None else 2)


async def test_a_name_that_is_no_longer_let_in_is_told_why() -> None:
    def answer(request: httpx2.Request, _number: int) -> httpx2.Response:
        refusal = {"error": {"code": "NAME_TAKEN", "message": "Choose another."}}
        return httpx2.Response(409, json=refusal) if request.url.path == "/api/hello" else httpx2.Response(401)

    told = await Wire(answer).line("bob").handle_async_request(posted())
    assert await message_of(told) == "NAME_TAKEN: Choose another."


async def test_what_is_not_chatbox_is_named_so() -> None:
    def answer(request: httpx2.Request, _number: int) -> httpx2.Response:
        return httpx2.Response(404 if request.url.path == "/api/hello" else 401, text="<h1>Hello</h1>")

    told = await Wire(answer).line("bob").handle_async_request(posted())
    assert "not ChatBox" in await message_of(told)
