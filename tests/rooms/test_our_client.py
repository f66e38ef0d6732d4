"""Our `agent-chat`: against the original server, against ours, and what it prints."""

import contextlib
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from chatbox.client.rooms import RoomClient, link_password

from tests.rooms.programs import Programs, free_port
from tests.support.processes import BOUND_SECONDS, Ended

PASSWORD = "correct horse"
SERVERS = ("original", "ours")


@pytest.fixture(params=SERVERS)
def url(commands: Programs, request: pytest.FixtureRequest) -> str:
    """A room of either server."""
    port = commands.serve_original(PASSWORD) if request.param == "original" else commands.serve(PASSWORD)
    return f"http://localhost:{port}"


def send(commands: Programs, url: str, message: str, password: str = PASSWORD) -> Ended:
    return commands.ours("send", "--url", url, "--password", password, "--agent-name", "ada", "-m", message).ended()


def test_it_sends_and_says_so(commands: Programs, url: str) -> None:
    ended = send(commands, url, "grüß dich, 世界\nzweite Zeile")
    assert (ended.code, ended.out, ended.err) == (0, "✅ Sent message as ada\n", "")
    (message,), count = RoomClient(url, PASSWORD).poll(0)
    assert (message["agent"], message["text"], count) == ("ada", "grüß dich, 世界\nzweite Zeile", 1)


def test_what_goes_wrong_is_told_in_the_originals_words(commands: Programs, url: str) -> None:
    assert send(commands, url, "x", "wrong").err == "❌ Invalid password\n"
    empty = send(commands, url, "")
    assert (empty.code, empty.err) == (1, "❌ HTTP error 400: Bad Request\n")
    gone = send(commands, f"http://localhost:{free_port()}", "x")
    assert gone.code == 1
    assert gone.err.startswith("❌ Error: ")


def test_it_listens_from_the_beginning_on(commands: Programs, url: str) -> None:
    room = RoomClient(url, PASSWORD)
    room.send("ada", "before")
    listener = commands.ours("listen", "-u", url, "-p", PASSWORD)
    assert re.fullmatch(r"\[\d\d:\d\d:\d\d\] ada: before\n", listener.line(str))
    room.send("ada", "after")
    listener.line(lambda line: line.endswith("ada: after\n"))
    ended = listener.end(signal.SIGINT)
    assert (ended.code, ended.err) == (0, f"👂 Listening to {url}...\n")


def test_it_joins_and_prints_the_history_once(commands: Programs, url: str) -> None:
    """The original's `join` prints it twice."""
    room = RoomClient(url, PASSWORD)
    room.send("ada", "before")
    guest = commands.ours("join", "-u", url, "-p", PASSWORD, "-a", "bob")
    guest.line(lambda line: line.endswith("bob: *joined the chat*\n"))
    room.send("ada", "welcome")
    guest.line(lambda line: line.endswith("ada: welcome\n"))
    ended = guest.end(signal.SIGINT)
    assert [line.partition("] ")[2] for line in ended.out.splitlines()] == [
        "ada: before",
        "",
        "bob: *joined the chat*",
        "ada: welcome",
    ]
    assert ended.out.splitlines()[1] == "--- end of history ---"
    assert (ended.code, ended.err) == (0, "🤖 Joining as bob...\n")


def test_a_wrong_password_ends_listening(commands: Programs, url: str) -> None:
    for arguments in (("listen",), ("join", "-a", "bob")):
        ended = commands.ours(*arguments, "-u", url, "-p", "wrong").ended()
        assert ended.code == 1
        assert ended.err.endswith("❌ Invalid password\n")


def test_an_empty_room_is_joined_at_once(commands: Programs) -> None:
    port = commands.serve(PASSWORD)
    guest = commands.ours("join", "-u", f"http://localhost:{port}", "-p", PASSWORD, "-a", "bob")
    assert guest.line(str).endswith("bob: *joined the chat*\n")


@pytest.mark.parametrize(
    "password", ["пароль 日本 🔑", " spaces around ", "pässwörd", "tab\tinside", "a'b\"c$d", "--dashes"]
)
def test_passwords_may_be_any_unicode(commands: Programs, password: str) -> None:
    url = f"http://localhost:{commands.serve(password)}"
    for sent in (commands.ours("send", "-u", url, f"--password={password}", "-a", "ada", "-m", "hello"),):
        ended = sent.ended()
        assert (ended.code, ended.err) == (0, "")
    listener = commands.ours("listen", "-u", url, f"--password={password}")
    listener.line(lambda line: line.endswith("ada: hello\n"))


def test_the_password_can_come_from_the_environment_or_the_link(commands: Programs) -> None:
    url = f"http://localhost:{commands.serve('пароль')}"
    link = next(line.split()[-1] for line in commands.last().lines if "/#password=" in line)
    assert link_password(link) == "пароль"
    by_name = commands.ours("send", "-u", url, "-a", "a", "-m", "1", AGENTCHAT_ROOM_PASSWORD="пароль")
    assert by_name.ended().code == 0
    assert commands.ours("send", "-u", link, "-a", "a", "-m", "2").ended().code == 0
    port = free_port()
    served = commands.ours("serve", "--port", str(port), AGENTCHAT_ROOM_PASSWORD="from outside")
    served.line(lambda line: line == "   password: from outside\n")


def test_serve_prints_an_invitation_that_works_and_what_is_said(commands: Programs) -> None:
    port = commands.serve(PASSWORD)
    server = commands.last()
    url = f"http://localhost:{port}"
    server.line(lambda line: line.startswith("Watch the live chat"))
    printed = "".join(server.lines)
    assert "🏠 agent-chat room is live!\n" in printed
    assert f"   web ui: {url}/#password=correct%20horse\n" in printed
    assert f"   api: {url}/messages\n" in printed
    assert "   password: correct horse\n" in printed
    assert "only this machine; `--host 0.0.0.0` or `--tunnel` lets others in" in printed
    assert "?password=" not in printed
    (join,) = re.findall(r"2\. Join: agent-chat (join .*)", printed)
    assert f"--url {url} --password 'correct horse' --agent-name" in join
    send(commands, url, "two\nlines \x1b[31mred")
    assert re.fullmatch(r"\[\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\] ada: two\n", server.line(lambda line: "ada" in line))
    assert server.line(str) == "lines \\x1b[31mred\n"


def test_ctrl_c_ends_the_server_gracefully_and_lets_everybody_go(commands: Programs) -> None:
    port = commands.serve(PASSWORD)
    server = commands.last()
    poll, stream = _begun(port, "/messages/poll"), _begun(port, "/messages/stream")
    assert stream.recv(15) == b"HTTP/1.1 200 OK"
    ended = server.end(signal.SIGINT)
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.endswith("\n👋 Shutting down...\n")
    with contextlib.closing(poll), contextlib.closing(stream):
        assert _rest(poll).endswith(b'{"messages": [], "next": 0}')
        # The chunk that says that there are no more.
        assert _rest(stream).endswith(b"0\r\n\r\n")


def _begun(port: int, path: str) -> socket.socket:
    connection = socket.create_connection(("127.0.0.1", port), timeout=BOUND_SECONDS)
    head = f"GET {path} HTTP/1.1\r\nHost: localhost:{port}\r\nX-Room-Password: {PASSWORD}\r\n\r\n"
    connection.sendall(head.encode())
    return connection


def _rest(connection: socket.socket) -> bytes:
    held = b""
    while chunk := connection.recv(65_536):
        held += chunk
    return held


def test_more_rooms_on_one_server(commands: Programs) -> None:
    port = commands.serve(PASSWORD, "--room", "review=another one")
    room = RoomClient(f"http://localhost:{port}/rooms/review", "another one")
    assert room.send("ada", "in review")
    assert RoomClient(f"http://localhost:{port}/", PASSWORD).count() == 0
    assert RoomClient(f"http://localhost:{port}/rooms/main/", PASSWORD).count() == 0


def test_a_port_that_is_taken_is_named(commands: Programs) -> None:
    port = commands.serve(PASSWORD)
    ended = commands.ours("serve", "-p", PASSWORD, "--port", str(port)).ended()
    assert ended.code == 1
    assert f"port {port} is taken by another program" in ended.err


@pytest.mark.parametrize(
    ("password", "host", "warned"),
    [
        ("secret", "0.0.0.0", True),  # noqa: S104 - what is tested
        ("k7mq-2wxt-9hpn-d4vz", "0.0.0.0", False),  # noqa: S104
        ("secret", "127.0.0.1", False),
    ],
)
def test_a_weak_password_is_warned_about_when_the_room_leaves_the_machine(
    commands: Programs, password: str, host: str, *, warned: bool
) -> None:
    commands.serve(password, "--host", host)
    ended = commands.last().end(signal.SIGTERM)
    assert ("easy to guess" in ended.err) == warned
    assert ("only this machine" in ended.out) == (host == "127.0.0.1")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 1, "Usage: agent-chat"),
        (("frobnicate",), 2, "No such command"),
        (("send", "-u", "http://localhost:1", "-p", "x"), 2, "--agent-name"),
        (("listen", "-u", "http://localhost:1"), 2, "--password"),
        (("serve",), 2, "--password"),
        (("serve", "-p", ""), 2, "a room needs a password"),
        (("serve", "-p", "x", "--room", "Bad Id=y"), 2, "an id has"),
        (("serve", "-p", "x", "--room", "main=y"), 2, "already"),
        (("serve", "-p", "x", "--tunnel", "teleport"), 2, "teleport"),
        (("serve", "-p", "x", "--port", "0"), 2, "port"),
        (("serve", "-p", "x", "--host", "203.0.113.77"), 1, "nothing can listen on 203.0.113.77"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_usage_ends_as_it_does_in_the_original(
    commands: Programs, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ended = commands.ours(*arguments).ended()
    assert ended.code == code
    assert said in ended.out + ended.err
    assert "Traceback" not in ended.err


def test_the_command_is_installed() -> None:
    program = Path(sys.executable).with_name("agent-chat")
    done = subprocess.run([program, "--help"], capture_output=True, encoding="utf-8", check=True, timeout=30)
    assert "Temporary chat rooms" in done.stdout


def test_asking_loads_no_server() -> None:
    """An agent sends often: each time a program starts."""
    program = "import sys, chatbox.cli.agent_chat.join, chatbox.cli.agent_chat.send; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, encoding="utf-8", check=True, timeout=30
    )
    loaded = set(done.stdout.split())
    assert not {"starlette", "uvicorn", "pydantic", "aiosqlite", "psutil"} & loaded
