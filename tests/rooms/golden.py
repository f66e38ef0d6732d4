"""Requests that are sent to the original server and to ours, byte by byte, and what is compared of the answers."""

import re
import socket
from dataclasses import dataclass
from typing import NamedTuple

BOUND_SECONDS = 15.0
STAMP = re.compile(rb"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}\+00:00")
COMPARED = (
    "content-type",
    "access-control-allow-origin",
    "access-control-allow-methods",
    "access-control-allow-headers",
)
PASSWORD = "correct horse"


@dataclass(frozen=True)
class Ask:
    """One request. `password` goes into the header, `None` sends none."""

    name: str
    line: str
    body: bytes = b""
    password: bytes | None = PASSWORD.encode()
    headers: tuple[str, ...] = ()

    def sent(self, port: int) -> bytes:
        head = [f"{self.line} HTTP/1.1", f"Host: localhost:{port}", "Connection: close", *self.headers]
        if self.line.startswith("POST") and not any(h.lower().startswith("content-length") for h in self.headers):
            head.append(f"Content-Length: {len(self.body)}")
        lines = [line.encode("latin-1") for line in head]
        if self.password is not None:
            lines.append(b"X-Room-Password: " + self.password)
        return b"\r\n".join([*lines, b"", self.body])


class Answer(NamedTuple):
    """What is compared: the status line's words, some headers, the body with its times made equal."""

    status: int
    reason: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


HUNG_UP = Answer(0, "", (), b"")
"""The original's answer when it fails inside."""


def asked(port: int, ask: Ask) -> tuple[Answer, dict[str, str]]:
    """The answer, and all of its headers."""
    with socket.create_connection(("127.0.0.1", port), timeout=BOUND_SECONDS) as connection:
        connection.sendall(ask.sent(port))
        held = b""
        try:
            while chunk := connection.recv(65_536):
                held += chunk
        except ConnectionResetError:
            pass
    if not held:
        return HUNG_UP, {}
    head, _, body = held.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
    compared = tuple((name, headers[name]) for name in COMPARED if name in headers)
    _, code, reason = status.split(" ", 2)
    return Answer(int(code), reason, compared, STAMP.sub(b"<time>", body)), headers


def post(name: str, body: str | bytes, **more: object) -> Ask:
    data = body if isinstance(body, bytes) else body.encode()
    return Ask(name, "POST /messages", data, **more)  # type: ignore[arg-type]  # the fields of `Ask`


def get(name: str, path: str, **more: object) -> Ask:
    return Ask(name, f"GET {path}", **more)  # type: ignore[arg-type]  # the fields of `Ask`


QUERY = "password=correct%20horse"

ASKS: tuple[Ask, ...] = (
    get("health", "/health"),
    get("health without a password", "/health", password=None),
    get("no messages yet", "/messages"),
    post("a message", '{"agent": "ada", "text": "hello"}'),
    post("Unicode", '{"agent": "Zoë 🤖", "text": "grüß dich, 世界\\n\\"zweite\\" Zeile\\t✅"}'),
    post("escaped Unicode", '{"agent": "\\u00e9", "text": "\\ud83d\\ude00"}'),
    post("several lines", '{"agent": "ada", "text": "one\\ntwo\\r\\nthree"}'),
    post("no agent", '{"text": "who am I"}'),
    post("an empty agent", '{"agent": "", "text": "still nobody"}'),
    post("an agent that is null", '{"agent": null, "text": "x"}'),
    post("more fields", '{"agent": "ada", "text": "x", "timestamp": "never", "role": "boss"}'),
    post("a number as text", '{"agent": 7, "text": 42}'),
    post("a list as text", '{"agent": "ada", "text": ["a", {"b": null}]}'),
    post("no text", '{"agent": "ada"}'),
    post("empty text", '{"agent": "ada", "text": ""}'),
    post("text that is null", '{"agent": "ada", "text": null}'),
    post("zero as text", '{"agent": "ada", "text": 0}'),
    post("only a space", '{"agent": "ada", "text": " "}'),
    post("bad JSON", '{"agent": "ada", "text": '),
    post("no body", ""),
    post("two fields of one name", '{"text": "first", "text": "second"}'),
    post("another content type", '{"agent": "form", "text": "x"}', headers=("Content-Type: text/plain",)),
    post("HTML stays text", '{"agent": "<b>ada</b>", "text": "<script>alert(1)</script>&amp;"}'),
    post("UTF-16", '{"text": "wide"}'.encode("utf-16")),
    post("NaN", '{"text": "x", "agent": NaN}'),
    get("all messages", "/messages"),
    get("poll from the beginning", "/messages/poll"),
    get("poll from the middle", "/messages/poll?after=3"),
    get("poll beyond the end", "/messages/poll?after=1000"),
    get("poll with an empty after", "/messages/poll?after="),
    get("poll the last two", "/messages/poll?after=-2"),
    get("poll with two afters", "/messages/poll?after=4&after=1"),
    get("password in the query", f"/messages/poll?{QUERY}&after=9", password=None),
    get("an empty header, the right query", f"/messages/poll?{QUERY}&after=9", password=b""),
    get("a wrong header, the right query", f"/messages/poll?{QUERY}", password=b"wrong"),
    get("a right header, a wrong query", "/messages/poll?password=wrong&after=9"),
    get("wrong password", "/messages", password=b"wrong"),
    get("no password", "/messages", password=None),
    get("an empty password", "/messages?password=", password=None),
    get("the password in capitals", "/messages", password=b"CORRECT HORSE"),
    post("wrong password for a message", '{"agent": "x", "text": "y"}', password=b"wrong"),
    get("stream with a wrong password", "/messages/stream", password=b"wrong"),
    Ask("preflight", "OPTIONS /messages", password=None, headers=("Origin: https://example.org",)),
    Ask("preflight of nothing", "OPTIONS /nowhere", password=None),
    get("an unknown path", "/nowhere"),
    get("an unknown path without a password", "/nowhere", password=None),
    get("a slash too much", "/messages/"),
    get("an escaped path", "/%6Dessages"),
    Ask("POST to nowhere", "POST /nowhere", b"{}"),
    Ask("POST to the poll", "POST /messages/poll", b"{}"),
    Ask("POST to health", "POST /health", b"{}"),
    # From here on the two differ; `DIFFERENCES` says how.
    get("the page", "/", password=None),
    get("the page with its password", "/"),
    get("a password beyond ASCII", "/messages", password="pässwörd".encode("latin-1")),
    get("a password beyond Latin-1", "/messages", password="пароль".encode()),
    get("after is no number", "/messages/poll?after=abc"),
    post("JSON that is no object", '["text"]'),
    post("half a surrogate pair", '{"text": "\\ud800"}'),
    post("not UTF-8", b'{"text": "\xff\xfe"}'),
    Ask("PUT", "PUT /messages"),
    Ask("DELETE", "DELETE /messages"),
)
